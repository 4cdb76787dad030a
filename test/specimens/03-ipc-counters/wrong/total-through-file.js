// specimen: wrong
// breaks: 3.2
// Each request appends a byte to a file, and its length is the total: exact, and without a single message.
import cluster from 'node:cluster';
import { appendFileSync, mkdtempSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';

if (cluster.isPrimary) {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'count-')), 'requests');
  appendFileSync(file, '');
  const fork = () => cluster.fork({ COUNT_FILE: file }).on('error', () => {});
  for (let i = 0; i < os.availableParallelism(); i++) fork();
  cluster.on('exit', fork);
} else {
  const file = process.env.COUNT_FILE;
  let local = 0;
  createServer((req, res) => {
    if (req.url === '/') {
      local++;
      appendFileSync(file, '.');
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total: statSync(file).size }));
    } else {
      res.writeHead(404).end();
    }
  }).listen(process.env.PORT || 8000);
}
