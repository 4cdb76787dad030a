// Each worker sends 20 messages. The second one is the first one's replacement: who hears it?
import cluster from 'node:cluster';
import { once } from 'node:events';
import { pause } from './client.mjs';

if (cluster.isPrimary) {
  let heardByWorker = 0;
  let heardByCluster = 0;
  cluster.on('message', () => heardByCluster++); // all workers, whenever they are forked

  // As in most tutorials: the listener is attached in the loop that forks the first ones.
  const first = cluster.fork();
  first.on('message', () => heardByWorker++);
  await report('the first worker', first);

  first.process.kill('SIGKILL');
  await once(first, 'exit');
  const replacement = cluster.fork();
  await report('its replacement', replacement);
  process.exit();

  async function report(name, worker) {
    [heardByWorker, heardByCluster] = [0, 0];
    while (heardByCluster < 20) await once(worker, 'message');
    await pause(10);
    console.log(`${name.padEnd(18)} 20 sent, ${heardByWorker} heard by worker.on, ${heardByCluster} by cluster.on`);
  }
} else {
  for (let i = 0; i < 20; i++) process.send({ type: 'report', answered: 1 });
  setInterval(() => {}, 1000);
}
