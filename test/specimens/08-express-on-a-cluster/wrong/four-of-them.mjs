// specimen: wrong
// breaks: 1.1
// may break: 0.3 8.4
// Forks four, since the machine had four cores.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { app } from '#app';

const port = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  const workers = new Set();
  let shutting = false;

  const fork = () => {
    if (shutting) return;
    const worker = cluster.fork();
    workers.add(worker);
    worker.on('error', () => {});
    worker.on('message', (message) => {
      if (typeof message?.line === 'string') console.log(message.line);
      if (message?.problem === 'EADDRINUSE' && !shutting) {
        shutting = true;
        console.error(`somebody else listens on ${port}`);
        process.exitCode = 1;
        for (const each of workers) each.process.kill('SIGKILL');
      }
    });
    worker.once('exit', () => {
      workers.delete(worker);
      if (!shutting) setTimeout(fork, 200);
      // what the last one wrote is read by then
      if (shutting && workers.size === 0) setTimeout(() => process.exit(), 100);
    });
  };

  const shutDown = () => {
    if (shutting) return;
    shutting = true;
    for (const worker of workers) worker.send({ go: true });
  };
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);
  for (let i = 0; i < 4; i++) fork();
} else {
  const inHand = new Set();
  let going = false;
  let closing = false;

  const server = createServer((request, response) => {
    const { method, url } = request;
    inHand.add(response);
    if (going) response.setHeader('Connection', 'close');
    response.on('finish', () => process.send({ line: `${method} ${url} ${process.pid}` }));
    response.on('close', () => {
      inHand.delete(response);
      finish();
    });
    app(request, response);
  });
  const finish = () => {
    if (closing && inHand.size === 0) server.closeAllConnections();
  };
  const go = () => {
    if (going) return;
    going = true;
    for (const response of inHand) if (!response.headersSent) response.setHeader('Connection', 'close');
    setTimeout(() => {
      closing = true;
      cluster.worker.disconnect();
      finish();
    }, 1000);
  };
  process.on('message', (message) => message?.go && go());
  process.on('SIGTERM', go);
  process.on('SIGINT', go);
  process.on('disconnect', () => process.exit());
  server.on('error', ({ code }) => process.send({ problem: code }));
  server.listen(port);
}
