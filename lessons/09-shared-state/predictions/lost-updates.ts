// Counts visits as one would in one process: it reads the number, adds one, and writes it. Here it thinks for a second between.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '#store';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const store = openStore();
  createServer(async (request, response) => {
    const visits = (await store.get('visits')) ?? 0;
    if (request.method !== 'POST') {
      response.end(JSON.stringify({ visits }));
      return;
    }
    await pause(1000);
    await store.set('visits', visits + 1);
    response.end(JSON.stringify({ visits: visits + 1 }));
  }).listen(Number(process.env.PORT ?? 8000));
}
