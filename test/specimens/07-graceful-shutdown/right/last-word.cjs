// specimen: right
// CommonJS and callbacks; sockets are kept in a Map with what is in hand on each, and closed one by one after the grace.
'use strict';
const cluster = require('node:cluster');
const http = require('node:http');
const os = require('node:os');

if (cluster.isPrimary) primary();
else worker();

function primary() {
  let stopping = 0;
  let killed = false;
  let running = 0;

  for (let i = 0; i < os.availableParallelism(); i++) start();

  function start() {
    if (stopping) return;
    const child = cluster.fork();
    running++;
    let ready = false;
    child.on('listening', () => (ready = true));
    child.on('error', (error) => console.error('worker %d: %s', child.id, error.message));
    child.on('exit', () => {
      running--;
      if (!stopping) setTimeout(start, ready ? 50 : 1000);
      else if (running === 0) finish();
    });
  }

  function finish() {
    console.log('all workers are gone');
    process.exitCode = killed ? 1 : 0;
    clearTimeout(deadline);
    process.removeAllListeners('SIGTERM');
    process.removeAllListeners('SIGINT');
  }

  let deadline;
  function stop(signal) {
    const now = Date.now();
    if (stopping && now - stopping < 400) return;
    if (stopping) {
      console.error('%s again: ending at once', signal);
      kill();
      process.exit(1);
    }
    stopping = now;
    console.log('%s: stopping', signal);
    for (const id in cluster.workers) cluster.workers[id].send({ type: 'stop' });
    deadline = setTimeout(kill, 5000);
  }

  function kill() {
    killed = true;
    for (const id in cluster.workers) cluster.workers[id].process.kill('SIGKILL');
  }

  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function worker() {
  const sockets = new Map();
  let phase = 'serving';

  const server = http.createServer((req, res) => {
    sockets.set(req.socket, (sockets.get(req.socket) || 0) + 1);
    res.on('close', () => {
      if (!sockets.has(req.socket)) return;
      sockets.set(req.socket, sockets.get(req.socket) - 1);
      if (phase === 'closing') sweep();
    });
    const url = new URL('http://localhost' + req.url);
    const hello = () => {
      if (phase !== 'serving') res.setHeader('connection', 'close');
      res.end('Hello from worker ' + process.pid + '\n');
    };
    if (url.pathname === '/slow') setTimeout(hello, +url.searchParams.get('ms'));
    else if (req.url === '/') hello();
    else res.writeHead(404).end();
  });
  server.on('connection', (socket) => {
    sockets.set(socket, 0);
    socket.on('close', () => {
      sockets.delete(socket);
      if (phase === 'closing' && sockets.size === 0) process.exit(0);
    });
  });

  function sweep() {
    for (const [socket, inHand] of sockets) if (inHand === 0) socket.destroySoon();
    if (sockets.size === 0) process.exit(0);
  }

  process.on('message', (message) => {
    if (!message || message.type !== 'stop' || phase !== 'serving') return;
    phase = 'leaving';
    setTimeout(() => {
      phase = 'closing';
      server.close();
      sweep();
    }, 1000);
  });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  process.on('disconnect', () => process.exit(0));
  server.listen(process.env.PORT || 8000);
}
