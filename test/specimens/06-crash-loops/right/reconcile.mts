// specimen: right
// A controller that looks at what is and what should be, every 600 ms, and takes one step: the clock itself is the brake.
import cluster, { type Worker } from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

type Phase = 'booting' | 'ready' | 'leaving';
interface Pod {
  readonly worker: Worker;
  readonly generation: number;
  readonly born: number;
  phase: Phase;
}

if (cluster.isPrimary) control();
else serve();

function control(): void {
  const size = availableParallelism();
  const pods = new Set<Pod>();
  let generation = 0;
  /** The generation that has failed; nothing is rolled out to it any more. */
  let bad = -1;

  const count = (phase: Phase) => [...pods].filter((pod) => pod.phase === phase).length;

  function create(): void {
    const pod: Pod = { worker: cluster.fork(), generation, born: Date.now(), phase: 'booting' };
    pods.add(pod);
    pod.worker.on('error', () => {});
    pod.worker.once('listening', () => {
      if (pod.phase === 'booting') pod.phase = 'ready';
      if (bad !== generation) reconcile();
    });
    pod.worker.once('exit', () => {
      pods.delete(pod);
      if (pod.phase === 'booting') bad = generation;
    });
  }

  function reconcile(): void {
    const now = Date.now();
    for (const pod of pods) {
      if (pod.phase === 'booting' && now - pod.born > 5500) pod.worker.process.kill('SIGKILL');
      if (pod.phase === 'leaving' && now - pod.born > 1e9) pod.worker.process.kill('SIGKILL');
    }
    const booting = count('booting');
    const ready = count('ready');
    const stale = [...pods].find((pod) => pod.phase === 'ready' && pod.generation < generation);
    if (ready + booting < size) return create();
    if (stale === undefined || bad === generation) return;
    if (ready > size) {
      stale.phase = 'leaving';
      stale.worker.send('drain');
      setTimeout(() => stale.worker.process.kill('SIGKILL'), 6500).unref();
      reconcile();
    } else if (booting === 0) {
      create();
    }
  }

  process.on('SIGHUP', () => {
    generation += 1;
    reconcile();
  });
  for (let i = 0; i < size; i++) create();
  setInterval(reconcile, 600);
}

function serve(): void {
  let draining = false;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') hello(response);
    else if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms')), response);
    else response.writeHead(404).end();
  });
  function hello(response: ServerResponse): void {
    if (draining) response.setHeader('connection', 'close');
    response.end(`Hello from worker ${process.pid}\n`);
  }
  process.on('message', (message) => {
    if (message !== 'drain' || draining) return;
    draining = true;
    const cutIdle = server.closeIdleConnections.bind(server);
    server.closeIdleConnections = () => {};
    cluster.worker!.disconnect();
    setTimeout(cutIdle, 1000);
  });
  process.on('disconnect', () => process.exit());
  server.listen(Number(process.env.PORT ?? 8000));
}
