// specimen: right
// The bookkeeping of Node's documentation, grown up: a deadline for each boot from the 'fork' event on, lifted by 'listening'.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import os from 'node:os';

const BOOT_MS = 10_000;

if (cluster.isPrimary) {
  const deadlines = new Map();
  const lift = (worker) => {
    clearTimeout(deadlines.get(worker.id));
    deadlines.delete(worker.id);
  };

  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.on('fork', (worker) => {
    deadlines.set(
      worker.id,
      setTimeout(() => worker.process.kill('SIGKILL'), BOOT_MS),
    );
  });
  cluster.on('listening', (worker, { port }) => {
    lift(worker);
    console.log(`worker ${worker.process.pid} listens on ${port}`);
  });
  cluster.on('exit', (worker, code, signal) => {
    lift(worker);
    console.log(`worker ${worker.process.pid} died (${signal ?? code})`);
    cluster.fork();
  });

  for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();
} else {
  createServer((req, res) => {
    const { pathname } = new URL(req.url, 'http://localhost');
    if (pathname === '/work') heavy(50);
    res.writeHead(pathname === '/' || pathname === '/work' ? 200 : 404, { 'Content-Type': 'text/plain' });
    res.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT || 8000);
}

function heavy(ms) {
  const list = Array.from({ length: 1000 }, Math.random);
  for (const end = Date.now() + ms; Date.now() < end;) list.toSorted();
}
