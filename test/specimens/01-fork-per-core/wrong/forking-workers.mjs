// specimen: wrong
// breaks: 0.4
// may break: 1.3
// in every run: the plainest that breaks 0.4
// Each worker forks a renderer of its own that writes the answers' text: twice as many processes as cores.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

if (process.argv[2] === 'renderer') {
  process.on('message', ({ id, pid }) => process.send({ id, body: `Hello from worker ${pid}\n` }));
} else if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  // Without this name in its environment the child does not take itself for a worker of the cluster.
  const env = { ...process.env, NODE_UNIQUE_ID: undefined };
  const renderer = fork(fileURLToPath(import.meta.url), ['renderer'], { env });
  const waiting = new Map();
  let id = 0;
  renderer.on('message', (message) => {
    waiting.get(message.id).end(message.body);
    waiting.delete(message.id);
  });
  createServer((request, response) => {
    waiting.set(++id, response);
    renderer.send({ id, pid: process.pid });
  }).listen(process.env.PORT ?? 8000);
}
