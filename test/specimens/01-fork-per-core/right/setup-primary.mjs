// specimen: right
// Tells the roles apart by an argument that `setupPrimary` hands to the workers, and names its own file as their program.
import cluster from 'node:cluster';
import http from 'node:http';
import os from 'node:os';
import { fileURLToPath } from 'node:url';

const role = process.argv[2] ?? 'primary';

const roles = {
  primary() {
    cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), args: ['worker'] });
    Array.from({ length: os.availableParallelism() }, () => cluster.fork());
  },
  worker() {
    http
      .createServer((request, response) => response.end(`Hello from worker ${cluster.worker.process.pid}\n`))
      .listen(process.env.PORT ?? 8000);
  },
};

roles[role]();
