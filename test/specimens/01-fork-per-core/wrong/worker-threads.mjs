// specimen: wrong
// breaks: 1.4
// may break: 0.1 0.3 0.4 1.1 1.2 1.3 1.5
// A pool of worker threads, one for each core, behind a server in the main thread: the other "workers" of Node, mistaken for these.
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';

if (isMainThread) {
  const waiting = new Map();
  let number = 0;
  const pool = Array.from({ length: availableParallelism() }, () => {
    const thread = new Worker(fileURLToPath(import.meta.url));
    thread.on('message', ({ id, body }) => {
      waiting.get(id).end(body);
      waiting.delete(id);
    });
    return thread;
  });
  createServer((request, response) => {
    waiting.set(++number, response);
    pool[number % pool.length].postMessage({ id: number });
  }).listen(process.env.PORT ?? 8000);
} else {
  parentPort.on('message', ({ id }) => {
    parentPort.postMessage({ id, body: `Hello from worker ${process.pid}\n` });
  });
}
