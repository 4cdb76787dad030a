// specimen: wrong
// breaks: 0.1 1.1
// Everything is defined, and nothing is called.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

export function main() {
  if (cluster.isPrimary) for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  else createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(process.env.PORT);
}
