// specimen: right
// A budget instead of a back-off: every fork but a first one costs a token, and there are eight of them in five seconds.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

class Bucket {
  #spent = [];
  constructor(size, perMs) {
    this.size = size;
    this.perMs = perMs;
  }
  async take() {
    for (;;) {
      const now = performance.now();
      this.#spent = this.#spent.filter((t) => now - t < this.perMs);
      if (this.#spent.length < this.size) break;
      await sleep(this.#spent[0] + this.perMs - now + 1);
    }
    this.#spent.push(performance.now());
  }
}

if (cluster.isPrimary) {
  const size = availableParallelism();
  const tokens = new Bucket(8, 5000);
  const serving = new Set();
  let stale = new Set();
  let running = false;

  const launch = async () => {
    const worker = cluster.fork();
    worker.on('error', (error) => console.error(`worker ${worker.id}: ${error.message}`));
    const up = await new Promise((resolve) => {
      const deadline = setTimeout(() => worker.kill('SIGKILL'), 6500);
      worker.once('listening', () => {
        clearTimeout(deadline);
        resolve(true);
      });
      worker.once('exit', () => {
        clearTimeout(deadline);
        resolve(false);
      });
    });
    if (!up || worker.isDead()) return false;
    serving.add(worker);
    worker.once('exit', () => {
      stale.delete(worker);
      if (serving.delete(worker)) mend();
    });
    return true;
  };

  const mend = async () => {
    if (running) return;
    running = true;
    while (serving.size < size || stale.size > 0) {
      await tokens.take();
      const up = await launch();
      if (!up) stale = new Set();
      if (serving.size > size) {
        const [old] = stale;
        serving.delete(old);
        stale.delete(old);
        old.disconnect();
        setTimeout(() => old.isDead() || old.process.kill('SIGKILL'), 7000).unref();
      }
    }
    running = false;
  };

  process.on('SIGHUP', () => {
    stale = new Set(serving);
    mend();
  });
  running = true;
  await Promise.all(Array.from({ length: size }, launch));
  running = false;
  mend();
} else {
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const hello = () => response.end(`Hello from worker ${process.pid}\n`);
    if (url.pathname === '/') hello();
    else if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
    else response.writeHead(404).end();
  });
  const cutIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {
    // Asked for by disconnect(): one more answer for each connection, and idle ones are cut later.
    server.maxRequestsPerSocket = 1;
    setTimeout(cutIdle, 1500);
  };
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}
