// specimen: wrong
// breaks: 2.3
// in every run: tutorials: forks only where the code is not 0
// Replaces a worker whose exit code says failure; one that a signal has killed has no code at all.
const cluster = require('node:cluster');
const { createServer } = require('node:http');
const { availableParallelism } = require('node:os');

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', (worker, code) => {
    if (code > 0 && !worker.exitedAfterDisconnect) {
      console.log(`worker ${worker.process.pid} crashed with code ${code}`);
      cluster.fork();
    }
  });
} else {
  createServer((request, response) => {
    if (request.url === '/work') burn(50);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}

function burn(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
