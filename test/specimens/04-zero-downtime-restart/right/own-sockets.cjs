// specimen: right
// A `net` server takes the connections and hands them to an HTTP server that never listens, so that nobody closes a socket but the list of them.
'use strict';
const cluster = require('node:cluster');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');

if (cluster.isPrimary) {
  const retired = new Set();
  let running = false;

  function start(then) {
    const worker = cluster.fork();
    worker.on('error', () => {}); // 'exit' follows
    worker.on('listening', () => then?.());
    worker.on('exit', () => retired.delete(worker) || setTimeout(start, 300, then));
  }

  function replace([old, ...others]) {
    if (old === undefined) {
      running = false;
    } else if (old.isDead()) {
      replace(others);
    } else {
      let done = false;
      start(() => {
        // Its own successor, if it crashes later, is none of this round's business.
        if (done) return;
        done = true;
        retired.add(old);
        old.send('leave');
        replace(others);
      });
    }
  }

  process.on('SIGHUP', () => {
    if (running) return;
    running = true;
    replace(Object.values(cluster.workers).filter((worker) => !retired.has(worker)));
  });
  for (let i = 0; i < os.availableParallelism(); i++) start();
} else {
  /** How many requests each open socket has in hand; null before its first one. */
  const sockets = new Map();
  let leaving = false;

  const web = http.createServer((req, res) => {
    sockets.set(req.socket, (sockets.get(req.socket) ?? 0) + 1);
    res.on('close', () => {
      if (sockets.has(req.socket)) sockets.set(req.socket, sockets.get(req.socket) - 1);
    });
    const { pathname, searchParams } = new URL(req.url, 'http://localhost');
    if (pathname === '/') hello(res);
    else if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms')), res);
    else res.writeHead(404).end();
  });

  function hello(res) {
    res.writeHead(200, leaving ? { Connection: 'close' } : {});
    res.end(`Hello from worker ${process.pid}\n`);
  }

  const door = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.set(socket, null);
    socket.on('close', () => sockets.delete(socket));
    web.emit('connection', socket);
  });
  door.listen(process.env.PORT || 8000);

  process.on('message', (message) => {
    if (message !== 'leave' || leaving) return;
    leaving = true;
    cluster.worker.disconnect();
    setTimeout(() => {
      for (const [socket, inHand] of sockets) if (inHand === 0) socket.destroy();
    }, 1000);
    setTimeout(() => process.exit(), 6000).unref();
  });
  process.on('disconnect', () => process.exit());
}
