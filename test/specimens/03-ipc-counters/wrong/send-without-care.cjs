// specimen: wrong
// breaks: 3.4
// may break: 0.6 2.3 3.1 3.3 3.5
// `for (const w of Object.values(cluster.workers)) w.send(x)` at each message: a worker that dies meanwhile takes the primary with it.
const cluster = require('node:cluster');
const http = require('node:http');
const os = require('node:os');

if (cluster.isPrimary) {
  let total = 0;
  cluster.on('message', (worker, message) => {
    if (!message || message.cmd !== 'request') return;
    total++;
    for (const each of Object.values(cluster.workers)) each.send({ cmd: 'total', total });
  });
  cluster.on('listening', (worker) => worker.send({ cmd: 'total', total }));
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  process.on('message', (message) => {
    if (message && message.cmd === 'total') total = message.total;
  });
  http
    .createServer((req, res) => {
      if (req.url === '/') {
        local++;
        process.send({ cmd: 'request' });
        res.end(`Hello from worker ${process.pid}\n`);
      } else if (req.url === '/stats') {
        res.end(JSON.stringify({ pid: process.pid, local, total }));
      } else {
        res.writeHead(404).end();
      }
    })
    .listen(process.env.PORT || 8000);
}
