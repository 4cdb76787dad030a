// specimen: wrong
// breaks: 0.1
// may break: 0.2 0.3 0.4 2.3 3.1 3.2 3.3 3.4 3.5 3.6
// Listens on port 0 and prints which one it got, as servers in tests do: nobody who goes by PORT finds it.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', () => cluster.fork());
  cluster.on('message', (from, message) => {
    if (message?.type !== 'answered') return;
    total += 1;
    for (const worker of Object.values(cluster.workers)) worker.send({ type: 'total', total }, () => {});
  });
  cluster.on('listening', (worker) => worker.send({ type: 'total', total }, () => {}));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  process.on('message', (message) => {
    if (message?.type === 'total') total = message.total;
  });
  const server = createServer((request, response) => {
    if (request.url === '/stats') return response.end(JSON.stringify({ pid: process.pid, local, total }));
    response.end(`Hello from worker ${process.pid}\n`);
    local += 1;
    process.send({ type: 'answered' });
  }).listen(0, () => console.log(`http://127.0.0.1:${server.address().port}/`));
}
