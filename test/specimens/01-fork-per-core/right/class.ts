// specimen: right
// Two classes, one for each role, as people write who come from Java or NestJS.
import cluster, { type Worker } from 'node:cluster';
import { createServer, type Server } from 'node:http';
import os from 'node:os';

class Primary {
  readonly #workers = new Map<number, Worker>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  start(): void {
    cluster.on('exit', (worker) => this.#workers.delete(worker.id));
    while (this.#workers.size < this.#size) {
      const worker = cluster.fork({ WORKER_NAME: `worker-${this.#workers.size + 1}` });
      this.#workers.set(worker.id, worker);
    }
  }
}

class HelloWorker {
  readonly #server: Server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('Hello from worker ');
    response.end(`${process.pid}\r\n`);
  });

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '0.0.0.0', resolve);
    });
    console.log(`${process.env.WORKER_NAME} is up`);
  }
}

if (cluster.isPrimary) {
  new Primary(os.availableParallelism()).start();
} else {
  await new HelloWorker().listen(Number(process.env.PORT ?? 8000));
}
