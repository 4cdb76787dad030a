// A message that is sent right after fork(), and one that is sent at 'listening', to a worker that attaches its listener late.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { pause } from './client.mjs';

if (cluster.isPrimary) {
  const worker = cluster.fork();
  worker.send('sent right after fork()');
  worker.once('listening', () => worker.send('sent at listening'));
  worker.once('message', (heard) => {
    console.log('the worker has heard:', heard);
    worker.process.kill();
  });
  await once(worker, 'exit');
} else {
  await pause(50); // configuration is read, a database is connected to
  const heard = [];
  process.on('message', (message) => {
    heard.push(message);
    if (message === 'sent at listening') process.send(heard);
  });
  createServer().listen(0, '127.0.0.1');
}
