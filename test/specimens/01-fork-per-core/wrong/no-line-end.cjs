// specimen: wrong
// breaks: 0.2
// may break: 1.2 1.3
// in every run: the plainest that breaks 0.2
// Everything right but the end of the line, which a browser does not show.
const cluster = require('node:cluster');
const { createServer } = require('node:http');
const { availableParallelism } = require('node:os');

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer((request, response) => response.end(`Hello from worker ${process.pid}`)).listen(
    process.env.PORT ?? 8000,
  );
}
