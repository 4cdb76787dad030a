// specimen: right
// Forks the next worker only when the last one listens, as someone does whose workers open many database connections.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const port = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) {
    const worker = cluster.fork();
    const [address] = (await once(worker, 'listening')) as [{ port: number }];
    console.log(`worker ${worker.process.pid} listens on ${address.port}`);
  }
} else {
  await pause(120); // connects to its database
  const server = createServer(handle);
  server.listen({ port, host: '127.0.0.1', backlog: 511 });
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname !== '/' || search !== '') {
    response.statusCode = 404;
    response.end();
    return;
  }
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`Hello from worker ${process.pid}\n`);
}
