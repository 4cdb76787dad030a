// What one more worker costs here and now: time until it listens, and memory.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { once } from 'node:events';

if (cluster.isPrimary) {
  console.log('worker   online after   listening after   memory');
  for (let i = 1; i <= 4; i++) {
    const start = performance.now();
    const worker = cluster.fork();
    const since = () => `${(performance.now() - start).toFixed(0)} ms`;
    let online;
    worker.once('online', () => (online = since()));
    await once(worker, 'listening');
    const listening = since();
    worker.send('how much memory');
    const [bytes] = await once(worker, 'message');
    const memory = `${(bytes / 2 ** 20).toFixed(0)} MiB`;
    console.log(`${String(i).padEnd(9)}${online.padEnd(15)}${listening.padEnd(18)}${memory}`);
  }
  cluster.disconnect();
} else {
  process.on('message', () => process.send(process.memoryUsage.rss()));
  createServer().listen(0, '127.0.0.1');
}
