// specimen: wrong
// breaks: 0.4
// Every worker forks a process that writes its log, so that a slow disk blocks no answer: twice as many processes as cores.
const { fork } = require('node:child_process');
const cluster = require('node:cluster');
const { createServer } = require('node:http');
const { availableParallelism } = require('node:os');

if (process.argv[2] === 'logger') {
  process.on('message', (line) => console.log(line));
} else if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  // Without this name in its environment the logger does not take itself for a worker of the cluster.
  const logger = fork(__filename, ['logger'], { env: { ...process.env, NODE_UNIQUE_ID: undefined } });
  createServer((request, response) => {
    if (request.url === '/work') for (const end = performance.now() + 50; performance.now() < end;);
    response.end(`Hello from worker ${process.pid}\n`);
    logger.send(request.url);
  }).listen(process.env.PORT ?? 8000);
}
