// The events of a worker's life, in the order in which the primary hears of them. Three workers, three ends.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { pause } from './client.mjs';

if (cluster.isPrimary) {
  await live('it is told to leave: worker.disconnect()', (worker) => worker.disconnect());
  await live('it ends itself: process.exit(3)', (worker) => worker.send('exit'));
  await live('it is killed: SIGKILL', (worker) => worker.process.kill('SIGKILL'));
} else {
  process.send('from the first line');
  process.on('message', () => process.exit(3));
  createServer().listen(0, '127.0.0.1', () => process.send('from the callback of listen'));
}

async function live(title, end) {
  console.log(`\n${title}`);
  const start = performance.now();
  const say = (text) => console.log(`${(performance.now() - start).toFixed(0).padStart(6)} ms  ${text}`);

  const worker = cluster.fork();
  say('fork() has returned');
  worker.on('online', () => say('online'));
  worker.on('listening', () => say('listening'));
  worker.on('message', (message) => say(`message     ${message}`));
  worker.on('disconnect', () => say('disconnect'));
  worker.on('exit', (code, signal) =>
    say(`exit        code ${code}, signal ${signal}, exitedAfterDisconnect ${worker.exitedAfterDisconnect}`),
  );

  let messages = 0;
  await new Promise((resolve) => worker.on('message', () => ++messages === 2 && resolve()));
  end(worker);
  await once(worker, 'exit');
  await pause(50); // a 'disconnect' that comes after the exit, or not at all
}
