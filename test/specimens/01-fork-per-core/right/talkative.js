// specimen: right
// Logs every request and every event of the cluster to both streams, and closes each connection after its answer.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const log = (...words) =>
  console.log(new Date().toISOString(), cluster.isPrimary ? 'primary' : 'worker', process.pid, ...words);

if (cluster.isPrimary) {
  for (const event of ['setup', 'fork', 'online', 'listening', 'disconnect', 'exit']) {
    cluster.on(event, (subject) => console.error(event, subject?.process?.pid ?? ''));
  }
  process.once('SIGTERM', () => {
    log('stopping');
    process.exit(0);
  });
  cluster.setupPrimary({ silent: false });
  for (let i = availableParallelism(); i > 0; i--) cluster.fork();
} else {
  const server = createServer();
  server.keepAliveTimeout = 100;
  server.on('request', (request, response) => {
    log(request.method, request.url);
    response.setHeader('connection', 'close');
    if (request.url === '/') response.end(`Hello from worker ${process.pid}\n`);
    else response.writeHead(404).end();
  });
  server.on('listening', () => log('listens', server.address()));
  server.listen(process.env.PORT ?? 8000);
}
