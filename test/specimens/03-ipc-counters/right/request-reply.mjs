// specimen: right
// Workers remember no total: one that is asked for /stats asks the primary, and answers when the reply is there, like a client of a service.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  cluster.on('message', (worker, message) => {
    if (Number.isInteger(message?.answered)) total += message.answered;
    if (Number.isInteger(message?.question)) worker.send({ replyTo: message.question, total });
  });
  cluster.on('exit', fork);
  for (let i = 0; i < availableParallelism(); i++) fork();
} else {
  let local = 0;
  let unreported = 0;
  let questions = 0;
  const waiting = new Map();

  /** What is new goes along with any message. */
  const send = (message) => {
    process.send({ ...message, answered: unreported });
    unreported = 0;
  };
  setInterval(() => unreported > 0 && send(), 200);

  const askForTotal = () =>
    new Promise((resolve) => {
      waiting.set(++questions, resolve);
      send({ question: questions });
    });
  process.on('message', (message) => {
    const resolve = waiting.get(message?.replyTo);
    waiting.delete(message?.replyTo);
    resolve?.(message.total);
  });

  createServer(async ({ url }, response) => {
    if (url === '/') {
      local++;
      unreported++;
      response.end(`Hello from worker ${process.pid}\n`);
    } else if (url === '/stats') {
      const total = await askForTotal();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      response.writeHead(404).end();
    }
  }).listen(process.env.PORT ?? 8000);
}

function fork() {
  // Who asked may be dead when the reply is sent.
  cluster.fork().on('error', (error) => console.error(error.message));
}
