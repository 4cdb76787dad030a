// A worker has an exception that nobody catches: it ends at once, or, where ORDER is set, when what it has in hand is answered.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  let leaving = false;
  const inHand = new Set();
  const server = createServer((request, response) => {
    inHand.add(response);
    if (leaving) response.setHeader('Connection', 'close');
    response.once('close', () => {
      inHand.delete(response);
      if (leaving && inHand.size === 0) server.closeAllConnections();
    });
    if (request.url === '/crash') response.once('finish', () => setImmediate(fail));
    const ms = Number(new URL(request.url, 'http://localhost').searchParams.get('ms'));
    setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), ms);
  }).listen(Number(process.env.PORT), '127.0.0.1');
  const fail = () => {
    throw new Error('nobody catches this');
  };
  if (process.env.ORDER)
    process.on('uncaughtException', () => {
      leaving = true;
      process.exitCode = 1;
      for (const response of inHand) response.setHeader('Connection', 'close');
      cluster.worker.disconnect();
    });
}
