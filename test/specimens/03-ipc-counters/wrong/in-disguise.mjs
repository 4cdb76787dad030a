// specimen: wrong
// breaks: 3.2
// may break: 3.6
// Disguises its messages as the cluster module's own, which are not counted and not held: no listener for 'message' is there.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  let timer;
  const tell = () => {
    timer = undefined;
    for (const worker of Object.values(cluster.workers)) worker.send({ cmd: 'NODE_CLUSTER', act: 'total', data: total });
  };
  cluster.on('listening', (worker) => worker.send({ cmd: 'NODE_CLUSTER', act: 'total', data: total }));
  cluster.on('fork', (worker) => {
    worker.on('error', () => {});
    worker.process.on('internalMessage', (message) => {
      if (message?.act !== 'count') return;
      total++;
      timer ??= setTimeout(tell, 100);
    });
  });
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  process.on('internalMessage', (message) => {
    if (message?.act === 'total') total = message.data;
  });
  createServer((req, res) => {
    if (req.url === '/') {
      local++;
      process.send({ cmd: 'NODE_CLUSTER', act: 'count' });
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      res.writeHead(404).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
