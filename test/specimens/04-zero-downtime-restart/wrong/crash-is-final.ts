// specimen: wrong
// breaks: 2.3
// may break: 4.8
// Restarts on SIGHUP without a loss, and has nothing for a crash: "that is what the restart is for".
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const workers: Worker[] = [];
  const start = async (): Promise<Worker> => {
    const worker = cluster.fork().on('error', () => {});
    await once(worker, 'listening');
    return worker;
  };
  for (let i = 0; i < availableParallelism(); i++) void start().then((worker) => workers.push(worker));
  let busy = false;
  process.on('SIGHUP', async () => {
    if (busy) return;
    busy = true;
    for (const [index, old] of workers.entries()) {
      workers[index] = await start();
      old.disconnect();
    }
    busy = false;
  });
} else {
  const server = createServer((request, response) => {
    const slow = /^\/slow\?ms=(\d+)$/.exec(request.url ?? '');
    setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), Number(slow?.[1] ?? 0));
  });
  server.closeIdleConnections = () => {
    server.maxRequestsPerSocket = 1;
    setTimeout(() => process.exit(), 6500).unref();
  };
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}
