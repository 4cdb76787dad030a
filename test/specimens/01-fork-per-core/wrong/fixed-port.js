// specimen: wrong
// breaks: 0.1
// may break: 0.2 0.4 1.1 1.2 1.3 1.4 1.5
// in every run: the plainest that breaks 0.1
// Listens on 8000 whatever PORT says, as the example in Node's documentation does.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer((request, response) => {
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(8000);
}
