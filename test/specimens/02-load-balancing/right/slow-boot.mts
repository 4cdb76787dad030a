// specimen: right
// Workers that take a while before they listen, and a primary that talks to them and looks at each of them every second.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.on('exit', (worker) => {
    console.log(`${worker.id} left`);
    cluster.fork();
  });
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  setInterval(() => {
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker?.isConnected()) worker.send({ kind: 'ping' }, () => {});
    }
  }, 1000);
} else {
  process.on('message', () => process.send?.({ kind: 'pong', memory: process.memoryUsage.rss() }));
  await pause(400); // warms its caches
  createServer((request, response) => {
    const begun = performance.now();
    while (request.url === '/work' && performance.now() - begun < 50);
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`Hello from worker ${process.pid}\n`);
  }).listen(Number(process.env.PORT ?? 8000));
}
