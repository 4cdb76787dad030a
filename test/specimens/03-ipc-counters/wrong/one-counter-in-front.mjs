// specimen: wrong
// breaks: 0.4
// may break: 0.2 0.3 2.3 3.1 3.2 3.3 3.4 3.5 3.6
// The primary is a proxy that counts everything itself and passes requests on to workers on ports of their own.
import cluster from 'node:cluster';
import http from 'node:http';
import os from 'node:os';

if (cluster.isPrimary) {
  const agent = new http.Agent({ keepAlive: true });
  const backends = [];
  let total = 0;
  let turn = 0;
  cluster.on('message', (worker, message) => {
    if (Number.isInteger(message?.backend)) backends.push({ worker, port: message.backend });
  });
  cluster.on('exit', (worker) => {
    const at = backends.findIndex((each) => each.worker === worker);
    if (at >= 0) backends.splice(at, 1);
    cluster.fork();
  });
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();

  http
    .createServer((req, res) => {
      const backend = backends[turn++ % backends.length];
      if (req.url === '/') total++;
      const up = http.request(
        { agent, port: backend?.port, host: '127.0.0.1', path: req.url, headers: { 'x-total': total } },
        (answer) => {
          res.writeHead(answer.statusCode);
          answer.pipe(res);
        },
      );
      up.on('error', () => res.destroy());
      up.end();
    })
    .listen(process.env.PORT ?? 8000);
} else {
  let local = 0;
  const server = http.createServer((req, res) => {
    if (req.url === '/') {
      local++;
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total: Number(req.headers['x-total']) }));
    } else {
      res.writeHead(404).end();
    }
  });
  server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () =>
    process.send({ backend: server.address().port }),
  );
}
