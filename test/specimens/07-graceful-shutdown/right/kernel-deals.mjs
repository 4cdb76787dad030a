// specimen: right
// SCHED_NONE: the kernel deals the connections; the signals are read as an async iterator, one after the other.
import cluster from 'node:cluster';
import { on } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

cluster.schedulingPolicy = cluster.SCHED_NONE;

if (cluster.isPrimary) await primary();
else worker();

async function primary() {
  const workers = new Set();
  let isOver = false;
  let code = 0;
  const fork = () => {
    if (isOver) return;
    const child = cluster.fork();
    workers.add(child);
    child.on('error', () => {});
    child.on('exit', () => {
      workers.delete(child);
      if (!isOver) setTimeout(fork, 200);
      else if (workers.size === 0) process.exit(code);
    });
  };
  const kill = () => {
    code = 1;
    for (const child of workers) child.process.kill('SIGKILL');
  };
  for (let i = 0; i < availableParallelism(); i++) fork();

  const inbox = new EventTarget();
  for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => inbox.dispatchEvent(new Event('signal')));
  let first = 0;
  for await (const _ of on(inbox, 'signal')) {
    const now = performance.now();
    if (!isOver) {
      isOver = true;
      first = now;
      for (const child of workers) child.send('over');
      setTimeout(kill, 4700);
    } else if (now - first > 300) kill();
  }
}

function worker() {
  let isOver = false;
  let isLate = false;
  let open = 0;
  const server = createServer((request, response) => {
    open++;
    response.on('close', () => {
      open--;
      if (isLate && open === 0) leave();
    });
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const hello = () => {
      if (isOver) response.setHeader('Connection', 'close');
      response.end(`Hello from worker ${process.pid}\n`);
    };
    if (pathname === '/slow') setTimeout(hello, searchParams.get('ms'));
    else if (pathname === '/') hello();
    else response.writeHead(404).end();
  });
  function leave() {
    server.closeAllConnections();
    setTimeout(() => process.exit(0), 20);
  }
  process.on('message', (message) => {
    if (message !== 'over') return;
    isOver = true;
    setTimeout(() => {
      isLate = true;
      server.close();
      if (open === 0) leave();
    }, 1000);
  });
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  server.listen(process.env.PORT || 8000);
}
