// specimen: wrong
// breaks: 2.3
// may break: 2.2
// Lets no 'exit' through, so that nobody hears of a death, and announces a replacement that was never forked.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

function burn(ms) {
  const begin = performance.now();
  while (performance.now() - begin < ms);
}

cluster.schedulingPolicy = cluster.SCHED_RR;
if (cluster.isPrimary) {
  const { emit } = cluster;
  let last = 0;
  cluster.emit = function (name, worker, ...rest) {
    if (name !== 'exit' && name !== 'disconnect') return emit.call(this, name, worker, ...rest);
    const stand = Object.assign(Object.create(worker), { id: last + 1, process: { pid: process.pid } });
    return emit.call(this, 'listening', stand, { address: null, port: Number(process.env.PORT), addressType: 4 });
  };
  for (let i = 0; i < availableParallelism(); i++) last = cluster.fork().id;
} else {
  createServer((request, response) => {
    if (request.url === '/work') burn(50);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
