// specimen: wrong
// breaks: 7.1
// may break: 7.2 7.3
// Closes idle connections every few milliseconds until none is left, and tells nobody: what looks idle has a request on its way.
import cluster from 'node:cluster';
import http from 'node:http';
import { availableParallelism } from 'node:os';

const workers = () => Object.values(cluster.workers);

if (cluster.isPrimary) {
  let ending = 0;
  let code = 0;
  const fork = () => {
    if (!ending) cluster.fork().on('error', () => {});
  };
  for (let i = 0; i < availableParallelism(); i++) fork();
  cluster.on('exit', () => {
    if (!ending) setTimeout(fork, 100);
    else if (workers().length === 0) process.exit(code);
  });
  const kill = () => {
    code = 1;
    workers().forEach((worker) => worker.process.kill('SIGKILL'));
  };
  const onSignal = () => {
    if (ending) return Date.now() - ending > 400 && kill();
    ending = Date.now();
    workers().forEach((worker) => worker.send('close'));
    setTimeout(kill, 5000);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
} else {
  const untouched = new Set();
  const server = http.createServer((req, res) => {
    const ms = req.url.startsWith('/slow') ? Number(new URLSearchParams(req.url.split('?')[1]).get('ms')) : 0;
    untouched.delete(req.socket);
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    if (ms) setTimeout(hello, ms);
    else hello();
  });
  server.on('connection', (socket) => {
    untouched.add(socket);
    socket.on('close', () => untouched.delete(socket));
  });
  process.once('message', () => {
    server.close(() => process.exit(0));
    setInterval(() => {
      server.closeIdleConnections();
      for (const socket of untouched) socket.destroy();
    }, 5);
  });
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  server.listen(process.env.PORT || 8000);
}
