// specimen: right
// CommonJS; each worker's own 'exit' listener starts its successor, a second later, as much as the contract lets one wait.
'use strict';

const cluster = require('cluster');
const http = require('http');
const os = require('os');
const crypto = require('crypto');

function startWorker() {
  cluster.fork().on('exit', function (code, signal) {
    console.log('worker %d ended (%s)', this.process.pid, signal || code);
    setTimeout(startWorker, 1000);
  });
}

function hash(ms) {
  const end = Date.now() + ms;
  let digest = 'seed';
  while (Date.now() < end) digest = crypto.createHash('sha256').update(digest).digest('hex');
  return digest;
}

if (cluster.isMaster) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < os.availableParallelism(); i++) startWorker();
} else {
  http
    .createServer(function (req, res) {
      if (req.url === '/work') res.setHeader('X-Digest', hash(50));
      res.writeHead(200, { 'Content-Type': 'text/plain' });
      res.end('Hello from worker ' + process.pid + '\r\n');
    })
    .listen(process.env.PORT || 8000);
}
