// A program that remembers who is logged in, in a variable, as one does while there is one process.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import express from 'express';

cluster.schedulingPolicy = cluster.SCHED_RR;

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const loggedIn = new Set<string>();
  express()
    .post('/login/:name', (request, response) => {
      loggedIn.add(request.params.name);
      response.send('welcome\n');
    })
    .get('/me/:name', (request, response) => {
      response.send(loggedIn.has(request.params.name) ? 'you are logged in\n' : 'who are you?\n');
    })
    .listen(Number(process.env.PORT ?? 8000));
}
