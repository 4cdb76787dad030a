// specimen: wrong
// breaks: 0.1
// may break: 0.3 0.4 1.1 1.2 1.3 1.4 1.5 2.1 2.2 2.3 2.4
// Reads `process.env.port`, as on Windows, where case does not matter: elsewhere it is undefined, and any free port is taken.
const cluster = require('node:cluster');
const { createServer } = require('node:http');
const { availableParallelism } = require('node:os');

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  createServer((request, response) => {
    if (request.url === '/work') for (const end = performance.now() + 50; performance.now() < end;);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.port);
}
