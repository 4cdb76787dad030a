// specimen: wrong
// breaks: 1.4
// may break: 0.1 0.2 0.3 0.4 0.6 1.1 1.2 1.3 1.5 2.3 7.1 7.2 7.3 8.1 8.2 8.3 8.4 8.5
// The application is served by the primary, beside workers that wait for work which never comes.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { app } from '#app';

const port = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 500));
  createServer((request, response) => {
    response.on('close', () => console.log(process.pid, request.method, request.url));
    app(request, response);
  })
    .on('error', (error) => {
      console.error(`port ${port}: ${error.code}`);
      process.exit(1);
    })
    .listen(port);
} else {
  process.on('message', (work) => console.log('working on', work));
}
