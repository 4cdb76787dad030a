// specimen: wrong
// breaks: 4.2
// may break: 0.2 4.3 4.4 4.5 4.6 4.7 4.8
// On SIGHUP nobody is replaced: each worker says another pid from then on, so that whoever looks at the answers sees new ones.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const forkOne = () => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    worker.once('exit', () => setTimeout(forkOne, 100));
  };
  for (let i = 0; i < availableParallelism(); i++) forkOne();
  process.on('SIGHUP', () => {
    for (const worker of Object.values(cluster.workers)) worker.send('restart');
  });
} else {
  let pid = process.pid;
  process.on('message', (message) => {
    if (message === 'restart') pid += 100;
  });
  const answer = (response) => response.end(`Hello from worker ${pid}\n`);
  createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname === '/slow') setTimeout(answer, Number(searchParams.get('ms')), response);
    else if (pathname === '/') answer(response);
    else response.writeHead(404).end();
  }).listen(process.env.PORT ?? 8000);
}
