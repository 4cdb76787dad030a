// SIGTERM ends it: at once, or, where ORDER is set, when every request has its answer and idle clients are cut.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  process.on('SIGTERM', () => {
    if (!process.env.ORDER) process.exit(0);
    for (const worker of Object.values(cluster.workers)) worker.send('leave');
  });
  cluster.on('exit', () => {
    if (Object.keys(cluster.workers).length === 0) process.exit(0);
  });
} else {
  let leaving = false;
  let graceIsOver = false;
  let inHand = 0;
  const cutIfDone = () => graceIsOver && inHand === 0 && server.closeAllConnections();
  const server = createServer((request, response) => {
    inHand++;
    response.once('close', () => {
      inHand--;
      cutIfDone();
    });
    const ms = Number(new URL(request.url, 'http://localhost').searchParams.get('ms'));
    setTimeout(() => {
      if (leaving) response.setHeader('Connection', 'close');
      response.end(`Hello from worker ${process.pid}\n`);
    }, ms);
  }).listen(Number(process.env.PORT), '127.0.0.1');
  process.on('message', () => {
    leaving = true;
    setTimeout(() => {
      graceIsOver = true;
      cluster.worker.disconnect();
      cutIfDone();
    }, 300);
  });
  process.on('disconnect', () => process.exit());
}
