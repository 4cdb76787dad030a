// specimen: right
// Boots for a second behind a timer that does not keep the process alive; the channel to the primary does.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  await setTimeout(1000, undefined, { ref: false });
  createServer((_request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(
    process.env.PORT ?? 8000,
  );
}
