// specimen: right
// in every run: workers with a file of their own
// Policy first, then `setupPrimary` with its own file, since either that call or the first fork freezes the policy.
import cluster from 'node:cluster';
import http from 'node:http';
import os from 'node:os';
import { fileURLToPath } from 'node:url';

const start = { supervise, serve }[process.argv[2] ?? 'supervise'];
start();

function supervise() {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), args: ['serve'] });
  const wanted = os.availableParallelism();
  // A dead worker stays in the list until its channel is closed too.
  const alive = () => Object.values(cluster.workers).filter((worker) => !worker.isDead()).length;
  const fill = () => {
    while (alive() < wanted) cluster.fork();
  };
  cluster.on('exit', () => setTimeout(fill, 100));
  fill();
}

function serve() {
  const routes = new Map([
    ['/', (response) => response.end(`Hello from worker ${process.pid}\n`)],
    ['/work', (response) => response.end(`Hello from worker ${busy(50)}\n`)],
  ]);
  http
    .createServer((request, response) => {
      const route = routes.get(request.url);
      if (route) route(response);
      else response.writeHead(404).end();
    })
    .listen(process.env.PORT ?? 8000);
}

function busy(ms) {
  const end = process.hrtime.bigint() + BigInt(ms) * 1_000_000n;
  while (process.hrtime.bigint() < end);
  return process.pid;
}
