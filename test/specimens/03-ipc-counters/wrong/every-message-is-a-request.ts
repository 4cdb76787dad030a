// specimen: wrong
// breaks: 3.5
// may break: 3.1 3.3 3.4
// in every run: the plainest that breaks 3.5
// `cluster.on('message', () => total++)`: any message is one request more, from wherever it comes.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  let timer: NodeJS.Timeout | undefined;

  const tellAll = () => {
    timer = undefined;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.send({ type: 'total', total });
  };
  cluster.on('message', () => {
    total++;
    timer ??= setTimeout(tellAll, 100);
  });
  cluster.on('listening', (worker) => worker.send({ type: 'total', total }));
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;

  process.on('message', (message: any) => {
    if (message?.type === 'total') total = message.total;
  });
  createServer((req, res) => {
    if (req.url === '/') {
      local++;
      process.send!('request');
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      res.writeHead(404).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
