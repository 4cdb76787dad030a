// specimen: wrong
// breaks: 0.1
// may break: 0.2 0.4 1.1 1.2 1.3 1.4 1.5
// Imports `fork` by name: the primary has it, workers do not, so that each one dies while its imports are linked.
import { fork, isPrimary } from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) fork();
} else {
  createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(
    process.env.PORT ?? 8000,
  );
}
