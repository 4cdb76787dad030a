// Two workers, one rolling restart, and an 'exit' listener that forks: how many workers there are afterwards.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { kill, portOf } from './client.mjs';

if (cluster.isPrimary) {
  await restart("cluster.on('exit', () => cluster.fork())", () => true);
  await restart('… only if !worker.exitedAfterDisconnect', (worker) => !worker.exitedAfterDisconnect);
  process.exit();
} else {
  createServer().listen(0, '127.0.0.1');
}

async function restart(name, isCrash) {
  const replace = (worker) => isCrash(worker) && cluster.fork();
  const old = [cluster.fork(), cluster.fork()];
  await Promise.all(old.map(portOf));
  cluster.on('exit', replace);
  for (const worker of old) {
    await portOf(cluster.fork());
    worker.disconnect();
    await once(worker, 'exit');
  }
  const workers = Object.values(cluster.workers);
  console.log(`${name.padEnd(42)}2 before, ${workers.length} after one restart`);
  cluster.off('exit', replace);
  await kill(workers);
}
