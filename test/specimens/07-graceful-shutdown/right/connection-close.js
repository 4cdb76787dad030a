// specimen: right
// Keeps no connections at all: each answer says goodbye from the start, so that there is nobody to be told.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const serve = () => {
  let left = 0;
  let over = false;
  const server = createServer({ keepAlive: false }, (request, response) => {
    left += 1;
    response.once('close', () => {
      left -= 1;
      if (over && left === 0) process.exit(0);
    });
    response.setHeader('Connection', 'close');
    const slow = /^\/slow\?ms=(\d+)$/.exec(request.url);
    if (slow) setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), Number(slow[1]));
    else if (request.url === '/') response.end(`Hello from worker ${process.pid}\n`);
    else response.writeHead(404).end();
  });
  server.listen(process.env.PORT || 8000);
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  process.once('message', () => {
    setTimeout(() => {
      over = true;
      server.close();
      if (left === 0) process.exit(0);
    }, 700);
  });
};

const supervise = () => {
  const crew = new Set();
  let end = null;
  const hire = () => {
    if (end) return;
    const worker = cluster.fork();
    crew.add(worker);
    worker.on('error', () => {});
    worker.on('exit', () => {
      crew.delete(worker);
      if (!end) setTimeout(hire, 150);
      else if (!crew.size) process.exit(end.code);
    });
  };
  const shoot = () => {
    end.code = 1;
    crew.forEach((worker) => process.kill(worker.process.pid, 'SIGKILL'));
  };
  const finish = () => {
    if (end) return void (Date.now() - end.begun > 499 && shoot());
    end = { begun: Date.now(), code: 0 };
    crew.forEach((worker) => worker.send('finish'));
    setTimeout(shoot, 5000);
  };
  process.on('SIGINT', finish).on('SIGTERM', finish);
  Array.from({ length: availableParallelism() }, hire);
};

if (cluster.isPrimary) supervise();
else serve();
