// A worker is killed under load, and replaced at once: what clients see where it was the only one, and where another listens.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { ask, freePort, kill, pause, portOf } from './client.mjs';

if (cluster.isPrimary) {
  for (const count of [1, 2]) {
    const env = { PORT: await freePort() };
    const workers = Array.from({ length: count }, () => cluster.fork(env));
    const [port] = await Promise.all(workers.map(portOf));
    cluster.once('exit', () => cluster.fork(env));

    const seen = {};
    let going = true;
    async function client() {
      while (going) {
        const { error = 'answered' } = await ask(port, '/', { timeoutMs: 700 });
        seen[error] = (seen[error] ?? 0) + 1;
        await pause(2);
      }
    }
    const clients = Array.from({ length: 4 }, client);
    await pause(150);
    await kill([workers[0]]);
    await pause(500);
    going = false;
    await Promise.all(clients);
    console.log(`one of ${count} killed:`, seen);
    await kill(Object.values(cluster.workers));
  }
  process.exit();
} else {
  createServer((_request, response) => response.end('hello')).listen(Number(process.env.PORT), '127.0.0.1');
}
