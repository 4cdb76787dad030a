// specimen: right
// setupPrimary({ exec }) of its own file, the total in the replacement's environment, growing back-off, a listener for each worker from its 'fork' event.
import cluster, { type Worker } from 'node:cluster';
import http from 'node:http';
import os from 'node:os';
import { fileURLToPath } from 'node:url';

const runAsWorker = process.argv[2] === 'worker';

if (runAsWorker) worker();
else primary();

function primary(): void {
  cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), args: ['worker'] });

  const sums = { requests: 0 };
  let failures = 0;
  let pending = false;

  const publish = (): void => {
    if (pending) return;
    pending = true;
    setTimeout(() => {
      pending = false;
      for (const each of Object.values(cluster.workers!)) send(each!, sums.requests);
    }, 120);
  };

  cluster.on('fork', (forked) => {
    forked.on('error', (error) => console.error(`worker ${forked.id}: ${error.message}`));
    forked.on('message', (message: unknown) => {
      const match = typeof message === 'string' && /^counted (\d+)$/.exec(message);
      if (!match) return;
      sums.requests += Number(match[1]);
      publish();
    });
  });
  cluster.on('listening', (listening) => {
    failures = 0;
    send(listening, sums.requests);
  });
  cluster.on('exit', () => {
    const wait = Math.min(1000, 25 * 2 ** failures++);
    setTimeout(() => cluster.fork({ TOTAL_SO_FAR: String(sums.requests) }), wait);
  });

  for (const _ of Array.from({ length: os.availableParallelism() })) cluster.fork();
}

function send(to: Worker, requests: number): void {
  to.send(`total ${requests}`, (error: Error | null) => {
    if (error) console.error(`worker ${to.id} did not get it: ${error.message}`);
  });
}

function worker(): void {
  let mine = 0;
  let fresh = 0;
  let everybody = Number(process.env.TOTAL_SO_FAR ?? 0);

  process.on('message', (message) => {
    if (typeof message === 'string' && message.startsWith('total ')) everybody = Number(message.slice(6));
  });

  const flush = (): void => {
    process.send!(`counted ${fresh}`);
    fresh = 0;
  };

  http
    .createServer((req, res) => {
      if (req.url === '/stats') {
        res.end(JSON.stringify({ local: mine, total: everybody, pid: process.pid }));
        return;
      }
      if (req.url === '/') {
        mine++;
        if (fresh++ === 0) setTimeout(flush, 110);
        res.end(`Hello from worker ${process.pid}\r\n`);
        return;
      }
      res.writeHead(404).end();
    })
    .listen({ port: process.env.PORT ?? 8000, host: '0.0.0.0' });
}
