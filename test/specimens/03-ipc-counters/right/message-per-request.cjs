// specimen: right
// CommonJS, one message for each request and one back to each worker for each of them, as in the Node documentation: slow, but within the bounds.
'use strict';
const cluster = require('node:cluster');
const http = require('node:http');
const os = require('node:os');

if (cluster.isMaster) {
  let total = 0;

  cluster.on('message', (worker, message) => {
    if (!message || message.cmd !== 'notifyRequest') return;
    total += 1;
    for (const id in cluster.workers) {
      const each = cluster.workers[id];
      if (each.isConnected()) each.send({ cmd: 'numReqs', total }, () => {});
    }
  });

  cluster.on('fork', (worker) => worker.on('error', (error) => console.error(error.message)));
  cluster.on('exit', () => cluster.fork({ NUM_REQS: total }));
  cluster.on('listening', (worker) => worker.send({ cmd: 'numReqs', total }, () => {}));

  for (let i = 0; i < os.availableParallelism(); i++) cluster.fork({ NUM_REQS: 0 });
} else {
  let local = 0;
  let total = Number(process.env.NUM_REQS);

  process.on('message', (message) => {
    if (message && message.cmd === 'numReqs') total = message.total;
  });

  http
    .createServer((req, res) => {
      if (req.url === '/stats') {
        res.setHeader('Content-Type', 'application/json');
        return res.end(JSON.stringify({ pid: process.pid, local, total }));
      }
      if (req.url !== '/') {
        res.statusCode = 404;
        return res.end('not found');
      }
      local += 1;
      process.send({ cmd: 'notifyRequest' });
      res.end('Hello from worker ' + process.pid + '\n');
    })
    .listen(process.env.PORT || 8000);
}
