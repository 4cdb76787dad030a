// specimen: right
// CommonJS and callbacks; each worker has listeners of its own, and the whole list goes out at every event.
'use strict';
const cluster = require('cluster');
const http = require('http');
const os = require('os');

var all = [];

function broadcast() {
  for (var id in cluster.workers) {
    if (cluster.workers[id].isConnected()) cluster.workers[id].send({ all: all }, function () {});
  }
}

function fork() {
  var worker = cluster.fork();
  var entry = { id: worker.id, pid: worker.process.pid, state: 'forked', code: null, signal: null, planned: null };
  all.push(entry);
  broadcast();
  function to(state) {
    return function () {
      if (entry.state !== 'exited') entry.state = state;
      broadcast();
    };
  }
  worker.on('online', to('online'));
  worker.on('listening', to('listening'));
  worker.on('disconnect', to('disconnected'));
  worker.on('error', function () {});
  worker.on('exit', function (code, signal) {
    to('exited')();
    entry.code = code;
    entry.signal = signal;
    entry.planned = worker.exitedAfterDisconnect;
    broadcast();
    if (!entry.planned) setTimeout(fork, 500);
  });
}

if (cluster.isPrimary) {
  for (var i = 0; i < os.availableParallelism(); i++) fork();
} else {
  process.on('message', function (message) {
    if (message && message.all) all = message.all;
  });
  process.on('disconnect', function () {
    process.exit();
  });
  http
    .createServer(function (req, res) {
      var parts = req.url.split('?');
      function hello() {
        res.end('Hello from worker ' + process.pid + '\r\n');
      }
      if (parts[0] === '/') hello();
      else if (parts[0] === '/slow') setTimeout(hello, Number(parts[1].replace('ms=', '')));
      else if (parts[0] === '/workers') {
        res.writeHead(200, { 'content-type': 'application/json' });
        res.end(JSON.stringify(all, null, 2));
      } else if (parts[0] === '/exit') {
        res.setHeader('Connection', 'close');
        res.on('close', function () {
          process.exit(Number(parts[1].replace('code=', '')));
        });
        res.end();
      } else if (parts[0] === '/leave') {
        res.setHeader('Connection', 'close');
        res.on('close', function () {
          cluster.worker.disconnect();
        });
        res.end();
      } else {
        res.writeHead(404);
        res.end();
      }
    })
    .listen(process.env.PORT || 8000);
}
