// A variable at the top of the file: one for each process, not one for the program.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { ask, portOf } from './client.mjs';

let answered = 0;

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  const [port] = await Promise.all(workers.map(portOf));
  for (let i = 0; i < 6; i++) console.log((await ask(port)).body);
  console.log(`the primary has counted ${answered}`);
  cluster.disconnect();
} else {
  createServer((_request, response) => {
    answered++;
    response.end(`worker ${cluster.worker.id} has counted ${answered}`);
  }).listen(0, '127.0.0.1');
}
