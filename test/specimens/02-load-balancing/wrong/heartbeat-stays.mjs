// specimen: wrong
// breaks: 0.6
// Starts a heartbeat beside the cluster, detached, and ends it when the primary exits: SIGKILL leaves no time for that.
import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const heartbeat = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  heartbeat.unref();
  process.on('exit', () => heartbeat.kill());
  process.on('SIGTERM', () => process.exit());
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  createServer((request, response) => {
    if (request.url === '/work') for (const end = performance.now() + 50; performance.now() < end;);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
