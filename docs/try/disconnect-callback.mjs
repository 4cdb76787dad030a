// When does cluster.disconnect() call back? Three workers, each with a request in hand: of 0.3, 0.6 and 0.9 seconds.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ask, pause, portOf } from './client.mjs';

if (cluster.isWorker) {
  createServer((_request, response) => void setTimeout(() => response.end('hello'), 300 * cluster.worker.id)).listen(
    0,
    '127.0.0.1',
  );
} else {
  const workers = [1, 2, 3].map(() => cluster.fork());
  const [port] = await Promise.all(workers.map(portOf));
  const answers = workers.map(() => ask(port));
  await pause(100);
  for (const worker of workers) worker.once('exit', () => console.log(`worker ${worker.id} has exited`));
  cluster.disconnect(() => console.log('cluster.disconnect() calls back'));
  await Promise.all([...workers.map((worker) => once(worker, 'exit')), ...answers]);
}
