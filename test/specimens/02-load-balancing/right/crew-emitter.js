// specimen: right
// A crew that is an EventEmitter of its own and tells of vacancies; who fills them is said in one place.
import cluster from 'node:cluster';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

class Crew extends EventEmitter {
  #members = new Set();

  hire() {
    const worker = cluster.fork();
    this.#members.add(worker);
    worker.on('error', (error) => this.emit('trouble', worker, error));
    worker.once('exit', () => {
      this.#members.delete(worker);
      this.emit('vacancy', this.#members.size);
    });
  }
}

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const crew = new Crew();
  crew.on('trouble', (worker, error) => console.error(`worker ${worker.id}: ${error.message}`));
  crew.on('vacancy', (left) => {
    console.log(`${left} left, hiring another`);
    crew.hire();
  });
  for (let i = 0; i < availableParallelism(); i++) crew.hire();
} else {
  const server = createServer();
  server.on('request', ({ url }, response) => {
    if (url === '/work') for (const begun = Date.now(); Date.now() - begun < 50;) Math.sqrt(Math.random());
    response.end(`Hello from worker ${process.pid}\n`);
  });
  server.listen({ port: process.env.PORT ?? 8000, host: '127.0.0.1' });
}
