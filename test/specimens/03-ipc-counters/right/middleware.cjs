// specimen: right
// Middleware by hand: one layer counts what the layers below it have answered, and knows nothing of paths but the one that is left out.
'use strict';
const cluster = require('node:cluster');
const { createServer } = require('node:http');
const { availableParallelism } = require('node:os');

cluster.isPrimary ? primary() : worker();

function primary() {
  const counts = new Map();
  const total = () => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const fork = () => {
    const worker = cluster.fork({ TOTAL: total() });
    worker.on('error', () => {}); // it has just died: 'exit' follows
    worker.on('exit', fork);
  };
  cluster.on('message', ({ process: { pid } }, message) => {
    if (message && Number.isInteger(message.count)) counts.set(pid + '/' + message.since, message.count);
  });
  cluster.on('listening', (worker) => worker.send({ total: total() }));

  let told = 0;
  setInterval(() => {
    if (told === total()) return;
    told = total();
    for (const worker of Object.values(cluster.workers)) worker.send({ total: told });
  }, 200);
  for (let i = 0; i < availableParallelism(); i++) fork();
}

function worker() {
  const since = Date.now();
  let total = Number(process.env.TOTAL);
  let count = 0;
  let reported = 0;

  process.on('message', (message) => {
    if (message && Number.isInteger(message.total)) total = message.total;
  });
  setInterval(() => {
    if (reported !== count) process.send({ count: (reported = count), since });
  }, 200);

  const layers = [
    async (context, next) => {
      await next();
      if (context.status === 200 && context.path !== '/stats') count++;
    },
    async (context, next) => {
      if (context.path !== '/stats') return next();
      context.status = 200;
      context.body = JSON.stringify({ pid: process.pid, local: count, total });
    },
    async (context, next) => {
      if (context.path !== '/') return next();
      context.status = 200;
      context.body = `Hello from worker ${process.pid}\n`;
    },
  ];
  const run = (context, i = 0) => Promise.resolve(layers[i]?.(context, () => run(context, i + 1)));

  createServer(async (request, response) => {
    const context = { path: request.url, status: 404, body: '' };
    await run(context);
    response.writeHead(context.status).end(context.body);
  }).listen(process.env.PORT || 8000);
}
