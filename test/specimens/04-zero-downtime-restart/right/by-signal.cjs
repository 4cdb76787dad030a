// specimen: right
// CommonJS, callbacks, and SIGUSR2 in place of a message: somebody who comes from nginx and unicorn.
'use strict';
const cluster = require('node:cluster');
const http = require('node:http');
const { availableParallelism } = require('node:os');

if (cluster.isPrimary) primary();
else worker();

function primary() {
  const retired = new Set();
  let queue = null;

  for (let i = 0; i < availableParallelism(); i++) spawn();

  function spawn(onReady) {
    const child = cluster.fork();
    let ready = false;
    child.on('error', (error) => console.error(error.message));
    child.once('listening', () => {
      ready = true;
      if (onReady) onReady();
    });
    child.once('exit', () => {
      if (retired.delete(child.id)) return;
      setTimeout(spawn, ready ? 0 : 500, ready ? undefined : onReady);
    });
  }

  function next() {
    const old = queue.shift();
    if (old === undefined) {
      queue = null;
      return;
    }
    if (old.isDead()) return next();
    retired.add(old.id);
    spawn(() => {
      old.process.kill('SIGUSR2');
      const timer = setTimeout(() => old.process.kill('SIGKILL'), 7000);
      old.once('exit', () => clearTimeout(timer));
      next();
    });
  }

  process.on('SIGHUP', () => {
    if (queue !== null) {
      console.log('already restarting');
      return;
    }
    queue = Object.values(cluster.workers).filter((each) => !retired.has(each.id));
    next();
  });
}

function worker() {
  let leaving = false;
  const server = http.createServer();
  server.on('request', (req, res) => {
    const url = new URL('http://localhost' + req.url);
    const hello = () => {
      if (leaving) res.setHeader('connection', 'close');
      res.end('Hello from worker ' + process.pid + '\n');
    };
    if (url.pathname === '/slow') setTimeout(hello, +url.searchParams.get('ms'));
    else if (req.url === '/') hello();
    else res.writeHead(404).end();
  });
  process.on('SIGUSR2', () => {
    if (leaving) return;
    leaving = true;
    // Left to itself, disconnect() cuts at once what looks idle, though a request may be on its way.
    server.closeIdleConnections = () => {};
    cluster.worker.disconnect();
    setTimeout(() => http.Server.prototype.closeIdleConnections.call(server), 1200);
    setTimeout(() => process.exit(1), 6000).unref();
  });
  process.on('disconnect', () => process.exit(0));
  server.listen(process.env.PORT || 8000);
}
