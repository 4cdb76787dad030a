// specimen: wrong
// breaks: 1.5
// may break: 0.1 0.3 0.4 1.1 1.2 1.4
// Listens with `exclusive`, so that the first worker has the port to itself and the others log that it is taken.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const server = createServer((_request, response) => response.end(`Hello from worker ${process.pid}\n`));
  server.on('error', (error) => console.error(`worker ${process.pid}: ${error.message}`));
  server.listen({ port: Number(process.env.PORT ?? 8000), exclusive: true });
}
