// specimen: wrong
// breaks: 0.4
// may break: 0.1 0.2 0.3 2.3 4.1 7.1 7.2 7.3 7.4 7.5 7.6 7.7 0.6
// Workers on ports of their own, and the primary holds the clients’ connections: none of them notices which worker goes.
import cluster from 'node:cluster';
import http from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const backends = new Map();
  let ending = false;
  let next = 0;
  const start = () => {
    if (ending) return;
    const worker = cluster.fork();
    worker.on('error', () => {});
    worker.on('message', ({ backend } = {}) => backend && backends.set(worker, backend));
    worker.on('exit', () => {
      backends.delete(worker);
      if (!ending) setTimeout(start, 100);
    });
  };
  for (let i = 0; i < availableParallelism(); i++) start();

  const front = http.createServer((req, res) => {
    const ports = [...backends.values()];
    if (ports.length === 0) return void res.writeHead(503).end();
    const onward = http.request({ host: '127.0.0.1', port: ports[next++ % ports.length], path: req.url }, (answer) => {
      res.writeHead(answer.statusCode, ending ? { connection: 'close' } : {});
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    onward.end();
  });
  front.listen(process.env.PORT || 8000);
  const end = () => {
    if (ending) process.exit(1);
    ending = true;
    setTimeout(() => process.exit(0), 3500);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
} else {
  const server = http.createServer((req, res) => {
    const ms = Number(/^\/slow\?ms=(\d+)$/.exec(req.url)?.[1] ?? 0);
    setTimeout(() => res.end(`Hello from worker ${process.pid}\n`), ms);
  });
  server.listen(0, () => process.send({ backend: server.address().port }));
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
}
