// specimen: wrong
// breaks: 0.6
// may break: 0.1 1.1
// Each worker waits in a loop for a message that it cannot read as long as it waits.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork().send('go');
} else {
  let told = false;
  process.once('message', () => (told = true));
  while (!told);
  createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(process.env.PORT);
}
