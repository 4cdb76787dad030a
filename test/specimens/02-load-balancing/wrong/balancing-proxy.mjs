// specimen: wrong
// breaks: 1.4
// may break: 0.1 0.3 0.4 1.1 1.2 1.3 1.5 2.1 2.2 2.3 2.4
// A load balancer written by hand in the primary, with a perfect rotation over workers that listen on ports of their own.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { connect, createServer as createBalancer } from 'node:net';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const ports = new Map();
  let turn = 0;
  cluster.on('message', (worker, port) => ports.set(worker.id, port));
  cluster.on('exit', (worker) => {
    ports.delete(worker.id);
    cluster.fork();
  });
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();

  createBalancer((client) => {
    if (ports.size === 0) return client.destroy();
    const upstream = connect([...ports.values()][turn++ % ports.size], '127.0.0.1');
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  }).listen(process.env.PORT ?? 8000);
} else {
  const server = createServer((request, response) => {
    if (request.url === '/work') burn(50);
    response.end(`Hello from worker ${process.pid}\n`);
  });
  server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => process.send(server.address().port));
}

function burn(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
