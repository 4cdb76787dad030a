// specimen: right
// CommonJS and chains of then, without one await.
'use strict';
const cluster = require('cluster');
const http = require('http');
const os = require('os');
const { openStore } = require('#store');

const PORT = process.env.PORT || 8000;
const WINDOW = Number(process.env.WINDOW_MS) || 60000;

if (cluster.isPrimary) {
  for (let n = 0; n < os.availableParallelism(); n++) cluster.fork();
  cluster.on('exit', function () {
    setTimeout(function () { cluster.fork(); }, 200);
  });
} else {
  const store = openStore();
  const deadline = function () { return AbortSignal.timeout(1000); };

  http.createServer(function (req, res) {
    const parts = req.url.split('?');
    const query = new URLSearchParams(parts[1]);
    const unavailable = function () { res.writeHead(503); res.end(); };
    const json = function (n) {
      res.writeHead(200, { 'Content-Type': 'application/json' });
      res.end('{"visits":' + n + '}');
    };
    if (parts[0] === '/') return res.end('Hello from worker ' + process.pid + '\n');
    if (parts[0] === '/slow') {
      setTimeout(function () { res.end('Hello from worker ' + process.pid + '\n'); }, Number(query.get('ms')));
      return;
    }
    if (parts[0] === '/visits' && req.method === 'POST') {
      store.add('total', 1, { signal: deadline() }).then(function (sum) { json(sum.value); }).catch(unavailable);
      return;
    }
    if (parts[0] === '/visits') {
      store.get('total', { signal: deadline() }).then(function (n) { json(n || 0); }).catch(unavailable);
      return;
    }
    if (parts[0] === '/limited') {
      store.add('limit:' + query.get('key'), 1, { ttlMs: WINDOW, signal: deadline() }).then(function (sum) {
        if (sum.value > 10) res.writeHead(429, { 'Retry-After': Math.max(1, Math.ceil(sum.ttlMs / 1000)) });
        res.end();
      }).catch(unavailable);
      return;
    }
    res.writeHead(404);
    res.end();
  }).listen(PORT);
}
