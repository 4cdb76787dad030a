// specimen: wrong
// breaks: 4.3 4.4
// may break: 4.6 4.7
// in every run: tutorials: the predecessor goes first
// Kills one, and forks the next one when it is gone: the oldest recipe of all.
'use strict';
const cluster = require('cluster');
const http = require('http');
const os = require('os');

if (cluster.isMaster) {
  for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();
  cluster.on('fork', (worker) => worker.on('error', () => {}));

  let list = [];
  process.on('SIGHUP', () => {
    if (list.length) return;
    list = Object.keys(cluster.workers);
    killNext();
  });
  function killNext() {
    const worker = cluster.workers[list.shift()];
    if (worker) worker.process.kill('SIGTERM');
  }
  cluster.on('exit', () => {
    cluster.fork().once('listening', () => {
      if (list.length) killNext();
    });
  });
} else {
  http
    .createServer((req, res) => {
      const hello = () => res.end('Hello from worker ' + process.pid + '\n');
      const slow = /^\/slow\?ms=(\d+)$/.exec(req.url);
      if (slow) setTimeout(hello, Number(slow[1]));
      else if (req.url === '/') hello();
      else res.writeHead(404).end();
    })
    .listen(process.env.PORT || 8000);
}
