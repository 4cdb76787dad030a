// specimen: wrong
// breaks: 2.4
// may break: 2.2 2.3
// in every run: the plainest that breaks 2.4
// The others stop listening until the replacement is up, so that "nobody gets an incomplete cluster": clients are refused.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const tell = (message) => {
    for (const worker of Object.values(cluster.workers)) if (worker.isConnected()) worker.send(message, () => {});
  };
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => {
    tell('pause');
    cluster.fork().once('online', () => setTimeout(tell, 500, 'resume'));
  });
} else {
  const server = createServer((request, response) => {
    if (request.url === '/work') burn(50);
    response.end(`Hello from worker ${process.pid}\n`);
  });
  let open = false;
  const turn = (on) => {
    if (on === open) return;
    open = on;
    if (on) server.listen(process.env.PORT ?? 8000);
    else server.close();
  };
  process.on('message', (message) => turn(message === 'resume'));
  turn(true);
}

function burn(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
