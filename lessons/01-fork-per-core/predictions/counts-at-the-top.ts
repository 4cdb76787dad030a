// Counts the requests that it answers in a variable at the top of the file, and tells the number in each answer.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

let answered = 0;

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer((_request, response) => {
    answered++;
    response.end(`${answered} counted, says worker ${process.pid}\n`);
  }).listen(Number(process.env.PORT ?? 8000));
}
