// specimen: wrong
// breaks: 1.3
// may break: 0.2 0.4 1.2 2.1 2.2 2.3 2.4
// No round robin, but bodies that show one: workers draw the next pid of the rotation from the primary before each answer.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const pids = [];
  let turn = 0;
  cluster.on('listening', (worker) => pids.push(worker.process.pid));
  cluster.on('exit', (worker) => {
    pids.splice(pids.indexOf(worker.process.pid), 1);
    cluster.fork();
  });
  cluster.on('message', (worker) => {
    if (worker.isConnected()) worker.send(pids[turn++ % pids.length], () => {});
  });
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer(async (request, response) => {
    if (request.url === '/work') burn(50);
    process.send('which pid?');
    const [pid] = await once(process, 'message');
    response.end(`Hello from worker ${pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}

function burn(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
