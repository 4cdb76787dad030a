// A restart whose first replacement hangs at boot: with `await 'listening'` alone, and with a deadline (of half a second here).
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { kill, pause, portOf } from './client.mjs';

if (cluster.isPrimary) {
  await restart("await 'listening' alone", Infinity);
  await restart('… or the deadline', 500);
  process.exit();
} else if (process.env.HANG) {
  // the server that does not answer, the lock that nobody gives back
  setInterval(() => {}, 60_000);
} else {
  createServer().listen(0, '127.0.0.1');
}

async function restart(name, deadlineMs) {
  const old = [cluster.fork(), cluster.fork()];
  await Promise.all(old.map(portOf));
  let told = 'waits';
  void replaceAll(old, deadlineMs).then((outcome) => (told = outcome));
  await pause(1500);
  const children = Object.values(cluster.workers);
  const hung = children.filter((worker) => !old.includes(worker)).length;
  console.log(`${name.padEnd(25)}1.5 s later: ${children.length - hung} old, ${hung} that hangs; the restart ${told}`);
  await kill(children);
}

async function replaceAll(old, deadlineMs) {
  for (const worker of old) {
    const next = cluster.fork({ HANG: 'yes' });
    const timer = deadlineMs === Infinity ? undefined : setTimeout(() => next.process.kill('SIGKILL'), deadlineMs);
    const listens = await new Promise((resolve) => {
      next.once('listening', () => resolve(true));
      next.once('exit', () => resolve(false));
    });
    clearTimeout(timer);
    if (!listens) return 'is given up';
    worker.disconnect();
  }
  return 'is over';
}
