// specimen: right
// The primary passes the signal on as SIGTERM, as init systems do; a worker acts on SIGTERM alone, and Ctrl-C it leaves to the primary.
import cluster from 'node:cluster';
import http from 'node:http';
import { availableParallelism } from 'node:os';

const PORT = process.env.PORT ?? 8000;

if (cluster.isPrimary) {
  let state = 'up';
  let at = 0;

  cluster.on('exit', (worker, code, signal) => {
    console.log(`worker ${worker.process.pid} is gone (${signal ?? code})`);
    if (state === 'up') return setTimeout(() => state === 'up' && cluster.fork(), 300);
    if (Object.keys(cluster.workers).length === 0) process.exit(state === 'killing' ? 1 : 0);
  });

  function end(signal) {
    if (state === 'up') {
      state = 'ending';
      at = Date.now();
      console.log(`${signal}, no more after these`);
      for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
      setTimeout(killAll, 5000);
    } else if (Date.now() - at >= 500) killAll();
  }
  function killAll() {
    state = 'killing';
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGKILL');
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, end);
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const idle = new Set();
  let leaving = false;
  let cutting = false;
  const server = http.createServer((req, res) => {
    idle.delete(req.socket);
    const respond = () => {
      if (leaving) res.setHeader('Connection', 'close');
      res.end(`Hello from worker ${process.pid}\n`);
    };
    res.on('finish', () => {
      idle.add(req.socket);
      if (cutting) req.socket.destroySoon();
    });
    const { pathname, searchParams } = new URL(req.url, 'http://x');
    if (pathname === '/slow') setTimeout(respond, Number(searchParams.get('ms')));
    else if (pathname === '/') respond();
    else {
      res.statusCode = 404;
      res.end();
    }
  });
  server.on('connection', (socket) => {
    idle.add(socket);
    socket.on('close', () => idle.delete(socket));
  });
  process.on('SIGTERM', () => {
    if (leaving) return;
    leaving = true;
    setTimeout(() => {
      cutting = true;
      cluster.worker.disconnect();
      for (const socket of idle) socket.destroy();
    }, 1000);
  });
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  server.listen(PORT);
}
