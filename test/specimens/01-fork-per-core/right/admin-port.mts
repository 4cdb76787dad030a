// specimen: right
// The primary serves its own page on another port and the workers chat with it; what is not on PORT is the program's own affair.
import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

type Hello = { readonly kind: 'hello'; readonly pid: number };

if (cluster.isPrimary) {
  const known = new Set<number>();
  cluster.on('message', (_worker: Worker, message: Hello) => {
    if (message.kind === 'hello') known.add(message.pid);
  });
  createServer((_request, response) => response.end(JSON.stringify([...known]))).listen(0, '127.0.0.1');
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  process.send?.({ kind: 'hello', pid: process.pid } satisfies Hello);
  createServer((request, response) => {
    if (request.url === '/metrics') response.end(`memory ${process.memoryUsage.rss()}\n`);
    else response.end(`Hello from worker ${process.pid}\n`);
  }).listen(Number(process.env.PORT ?? 8000));
  // Profiling, on a port that all workers share too.
  createServer((_request, response) => response.end(`${process.resourceUsage().userCPUTime}\n`)).listen(0, '127.0.0.1');
}
