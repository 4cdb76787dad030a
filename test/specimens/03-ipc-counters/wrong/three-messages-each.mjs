// specimen: wrong
// breaks: 3.6
// in every run: the plainest that breaks 3.6
// A message when a request begins, one for its headers and one when it ends: somebody who sends a trace through IPC.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  let timer;
  const tell = () => {
    timer = undefined;
    for (const worker of Object.values(cluster.workers)) worker.send({ total });
  };
  cluster.on('message', (worker, message) => {
    if (message?.trace !== 'end') return;
    total++;
    timer ??= setTimeout(tell, 100);
  });
  cluster.on('listening', (worker) => worker.send({ total }));
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  process.on('message', (message) => {
    if (Number.isInteger(message?.total)) total = message.total;
  });
  createServer((req, res) => {
    if (req.url === '/') {
      local++;
      for (const trace of ['begin', 'headers', 'end']) process.send({ trace });
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      res.writeHead(404).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
