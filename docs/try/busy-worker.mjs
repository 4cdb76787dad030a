// What a computing worker keeps waiting: four pieces of work sent together, and a greeting behind them; one worker, then two.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ask, portOf } from './client.mjs';

const WORK_MS = 200;

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (const count of [1, 2]) {
    const workers = Array.from({ length: count }, () => cluster.fork());
    const [port] = await Promise.all(workers.map(portOf));
    const start = performance.now();
    const timed = async (path) => {
      await ask(port, path);
      return `${(performance.now() - start).toFixed(0)} ms`;
    };
    const work = Array.from({ length: 4 }, () => timed('/work'));
    const greeting = timed('/');
    console.log(`${count} worker${count > 1 ? 's' : ''}`);
    console.log(`   4 × ${WORK_MS} ms of work answered after  ${(await Promise.all(work)).join(', ')}`);
    console.log(`   the greeting behind it after    ${await greeting}`);
    for (const worker of workers) worker.disconnect();
    await Promise.all(workers.map((worker) => once(worker, 'exit')));
  }
} else {
  createServer((request, response) => {
    if (request.url === '/work') {
      const end = performance.now() + WORK_MS;
      while (performance.now() < end) Math.sqrt(Math.random());
    }
    response.end('done');
  }).listen(0, '127.0.0.1');
}
