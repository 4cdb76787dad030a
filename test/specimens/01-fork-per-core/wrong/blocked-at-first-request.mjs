// specimen: wrong
// breaks: 0.2
// may break: 0.6 1.2
// Looks for a number that there is not, while the first client waits.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer((request, response) => {
    let id = 1;
    while (id % 2 !== 0 || id % 4 !== 1) id += 1;
    response.end(`Hello from worker ${process.pid}: ${id}\n`);
  }).listen(process.env.PORT);
}
