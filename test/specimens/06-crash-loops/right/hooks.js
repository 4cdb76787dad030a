// specimen: right
// in every run: the worker leaves by the hook, and the primary is told by functions
// A small supervisor that knows nothing of HTTP, told by functions what is good; the worker has one line for leaving, in the hook that close() calls.
import cluster from 'node:cluster';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

class Supervisor extends EventEmitter {
  constructor({ size, delay, bootMs, stableMs }) {
    super();
    Object.assign(this, { size, delay, bootMs, stableMs, members: new Set(), failures: 0, pending: 0, rolling: false });
  }

  async start() {
    const worker = cluster.fork();
    worker.on('error', () => {});
    const timer = setTimeout(() => {
      this.emit('hung', worker.id);
      worker.kill('SIGKILL');
    }, this.bootMs);
    await Promise.race([once(worker, 'listening'), once(worker, 'exit')]);
    clearTimeout(timer);
    if (worker.isDead()) {
      this.failures += 1;
      return null;
    }
    worker.upSince = Date.now();
    worker.once('exit', () => this.#lost(worker));
    return worker;
  }

  /** Adds a worker, at once or after the pause that its predecessors have earned. */
  async add() {
    this.pending += 1;
    for (;;) {
      const ms = this.delay(this.failures);
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      const worker = await this.start();
      if (worker === null) continue;
      this.members.add(worker);
      this.pending -= 1;
      return;
    }
  }

  #lost(worker) {
    if (!this.members.delete(worker)) return;
    this.failures = Date.now() - worker.upSince > this.stableMs ? 0 : this.failures + 1;
    if (this.members.size + this.pending < this.size) this.add();
  }

  async roll() {
    if (this.rolling) return;
    this.rolling = true;
    for (const old of [...this.members]) {
      const worker = await this.start();
      if (worker === null) {
        this.emit('given up');
        break;
      }
      this.members.add(worker);
      // Where the old one has crashed meanwhile, somebody else has taken its place.
      const goes = this.members.has(old) ? old : worker;
      this.members.delete(goes);
      goes.disconnect();
      setTimeout(() => goes.isDead() || goes.kill('SIGKILL'), 6500).unref();
    }
    this.rolling = false;
  }
}

if (cluster.isPrimary) {
  const supervisor = new Supervisor({
    size: availableParallelism(),
    delay: (failures) => (failures === 0 ? 0 : Math.min(50 * 3 ** (failures - 1), 4000)),
    bootMs: 6600,
    stableMs: 4900,
  });
  supervisor.on('given up', () => console.error('the new version does not start; the old one goes on'));
  process.on('SIGHUP', () => supervisor.roll());
  for (let i = 0; i < supervisor.size; i++) supervisor.add();
} else {
  const server = createServer(({ url }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const hello = () => response.end(`Hello from worker ${process.pid}\n`);
    if (pathname === '/') hello();
    else if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms')));
    else response.writeHead(404).end();
  });
  const cutIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {
    server.maxRequestsPerSocket = 1;
    setTimeout(cutIdle, 1300);
  };
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}
