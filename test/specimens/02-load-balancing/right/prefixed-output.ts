// specimen: right
// Pipes what workers print (`silent: true`) through the primary, which puts the worker's number before each line.
import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

const port = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  // The policy is frozen by setupPrimary(), so it comes first.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.setupPrimary({ silent: true });
  cluster.on('fork', prefixOutput);
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 50));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const server = createServer((request, response) => {
    console.log(`${request.method} ${request.url}`);
    if (request.url === '/work') burn(50);
    response.end(`Hello from worker ${process.pid}\n`);
  });
  server.listen(port, () => console.log('listens'));
}

function prefixOutput(worker: Worker): void {
  const { stdout, stderr } = worker.process;
  if (stdout) createInterface(stdout).on('line', (line) => console.log(`[${worker.id}] ${line}`));
  if (stderr) createInterface(stderr).on('line', (line) => console.error(`[${worker.id}] ${line}`));
}

function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
