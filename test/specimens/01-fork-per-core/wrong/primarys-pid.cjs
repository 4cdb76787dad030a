// specimen: wrong
// breaks: 1.2 1.3
// may break: 0.2 0.4 1.4
// in every run: the plainest that breaks 1.2
// Names the program by process.ppid, "the pid that one sees in the pid file": all workers sign with their primary's.
const cluster = require('node:cluster');
const { createServer } = require('node:http');
const { availableParallelism } = require('node:os');

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer((request, response) => {
    response.end(`Hello from worker ${process.ppid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
