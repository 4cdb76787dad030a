// specimen: wrong
// breaks: 6.2
// may break: 0.6 4.2 4.3 4.4 4.5 4.6 6.1 6.3 6.4 6.5
// in every run: what tutorials teach
// The answer to "how do I keep my workers alive?": log it, and fork again. Its restart is from the same page.
'use strict';
const cluster = require('cluster');
const http = require('http');
const { availableParallelism } = require('os');

if (cluster.isPrimary) {
  console.log(`Primary ${process.pid} is running`);
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();

  cluster.on('exit', (worker, code, signal) => {
    if (worker.exitedAfterDisconnect) return;
    console.log(`worker ${worker.process.pid} died (${signal || code}). restarting...`);
    cluster.fork();
  });

  process.on('SIGHUP', () => {
    const workers = Object.keys(cluster.workers);
    const restart = (i) => {
      if (i >= workers.length) return;
      const next = cluster.fork();
      next.on('listening', () => {
        const old = cluster.workers[workers[i]];
        if (old) old.disconnect();
        restart(i + 1);
      });
    };
    restart(0);
  });
} else {
  http
    .createServer((req, res) => {
      if (req.url === '/') return res.end(`Hello from worker ${process.pid}\n`);
      const slow = /^\/slow\?ms=(\d+)/.exec(req.url);
      if (slow) return setTimeout(() => res.end(`Hello from worker ${process.pid}\n`), Number(slow[1]));
      res.writeHead(404).end();
    })
    .listen(process.env.PORT || 8000);
}
