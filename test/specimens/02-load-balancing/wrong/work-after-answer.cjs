// specimen: wrong
// breaks: 2.1
// Answers first and computes afterwards, so that a lone request looks fast and the next one on that connection pays.
const cluster = require('node:cluster');
const { createServer } = require('node:http');
const { availableParallelism } = require('node:os');

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  createServer((request, response) => {
    response.end(`Hello from worker ${process.pid}\n`);
    if (request.url === '/work') setImmediate(burn, 50);
  }).listen(process.env.PORT ?? 8000);
}

function burn(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
