// specimen: wrong
// breaks: 2.1
// may break: 2.4
// A lock over all workers around the work, as if they shared memory: many workers, and one of them working.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const queue = [];
  let holder = null;
  const next = () => {
    holder = queue.shift() ?? null;
    if (holder?.isConnected()) holder.send('granted', () => {});
  };
  cluster.on('message', (worker, message) => {
    if (message === 'lock') {
      queue.push(worker);
      if (!holder) next();
    } else next();
  });
  cluster.on('exit', (dead) => {
    for (let i = queue.length - 1; i >= 0; i--) if (queue[i] === dead) queue.splice(i, 1);
    if (holder === dead) next();
    cluster.fork();
  });
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let before = Promise.resolve();
  const work = async () => {
    process.send('lock');
    await once(process, 'message');
    const end = performance.now() + 50;
    while (performance.now() < end);
    process.send('unlock');
  };
  createServer(async (request, response) => {
    if (request.url === '/work') await (before = before.then(work));
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
