// specimen: right
// Takes requests from an asynchronous iterator (`events.on`) instead of a listener, and forks from a generator.
import cluster, { type Worker } from 'node:cluster';
import { on } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

type Exchange = [request: IncomingMessage, response: ServerResponse];

function* crew(size: number): Generator<Worker> {
  while (size-- > 0) yield cluster.fork();
}

if (cluster.isPrimary) {
  for (const worker of crew(availableParallelism())) console.log(`forked ${worker.process.pid}`);
} else {
  const server = createServer().listen(Number(process.env.PORT ?? 8000));
  for await (const [request, response] of on(server, 'request') as AsyncIterable<Exchange>) {
    if (request.url === '/') response.end(`Hello from worker ${process.pid}\n`);
    else response.writeHead(404).end();
  }
}
