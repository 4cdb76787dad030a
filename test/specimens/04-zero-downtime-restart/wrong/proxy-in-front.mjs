// specimen: wrong
// breaks: 0.4
// may break: 0.2 0.3 2.3 4.2 4.3 4.4 4.5 4.6 4.7 4.8
// The primary holds all connections of clients itself and passes requests to workers on ports of their own: nobody ever notices a restart.
import cluster from 'node:cluster';
import http from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let backends = [];
  const start = () =>
    new Promise((resolve) => {
      const worker = cluster.fork();
      worker.on('error', () => {});
      worker.on('message', (message) => {
        if (!Number.isInteger(message?.backend)) return;
        backends.push({ worker, port: message.backend });
        resolve(worker);
      });
      worker.on('exit', () => {
        const known = backends.some((backend) => backend.worker === worker);
        backends = backends.filter((backend) => backend.worker !== worker);
        if (known) start();
      });
    });
  for (let i = 0; i < availableParallelism(); i++) start();

  let restarting = false;
  process.on('SIGHUP', async () => {
    if (restarting) return;
    restarting = true;
    for (const old of [...backends]) {
      await start();
      backends = backends.filter((backend) => backend !== old);
      setTimeout(() => old.worker.process.kill(), 4000);
    }
    restarting = false;
  });

  let turn = 0;
  http
    .createServer((req, res) => {
      const port = backends[turn++ % backends.length]?.port;
      const up = http.request({ port, host: '127.0.0.1', path: req.url, agent: false }, (answer) => {
        res.writeHead(answer.statusCode);
        answer.pipe(res);
      });
      up.on('error', () => res.destroy());
      up.end();
    })
    .listen(process.env.PORT ?? 8000);
} else {
  const server = http.createServer((req, res) => {
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
    else if (req.url === '/') hello();
    else res.writeHead(404).end();
  });
  server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () =>
    process.send({ backend: server.address().port }),
  );
}
