// specimen: right
// The work is a generator that gives way every few milliseconds, and a runner that takes it up again with `setImmediate`.
'use strict';
const cluster = require('node:cluster');
const { createServer } = require('node:http');
const { availableParallelism } = require('node:os');
const { promisify } = require('node:util');

const nextTurn = promisify(setImmediate);

function* work(ms) {
  let x = 0;
  for (let done = 0; done < ms; ) {
    const begun = performance.now();
    while (performance.now() - begun < 4) x = Math.sin(x + 1);
    done += performance.now() - begun;
    yield x;
  }
}

async function run(job) {
  let last;
  for (const result of job) {
    last = result;
    await nextTurn();
  }
  return last;
}

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer(async (request, response) => {
    if (request.url === '/work') response.setHeader('x-result', await run(work(50)));
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
