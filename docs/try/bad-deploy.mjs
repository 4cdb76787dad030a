// A restart for a version that dies at boot: one that goes on, and one that gives up. Who serves afterwards?
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { ask, freePort, kill, pause, portOf } from './client.mjs';

if (cluster.isPrimary) {
  const port = await freePort();
  await restart('goes on with the next one', port, () => false);
  await restart('gives up', port, (listens) => !listens);
  process.exit();
} else if (process.env.VERSION === 'bad') {
  process.exit(1);
} else {
  createServer((_request, response) => response.end('served')).listen(Number(process.env.AT), '127.0.0.1');
}

async function restart(name, port, isEnough) {
  const old = [cluster.fork({ AT: port }), cluster.fork({ AT: port })];
  await Promise.all(old.map(portOf));
  let forks = 0;
  for (const worker of old) {
    forks++;
    const next = cluster.fork({ AT: port, VERSION: 'bad' });
    const listens = await new Promise((resolve) => {
      next.once('listening', () => resolve(true));
      next.once('exit', () => resolve(false));
    });
    if (isEnough(listens)) break;
    worker.disconnect();
  }
  await pause(200);
  const { body, error } = await ask(port);
  const left = Object.values(cluster.workers);
  console.log(
    `${name.padEnd(27)}${forks} bad fork${forks === 1 ? '' : 's'}, ${left.length} old workers left; a client: ${body ?? error}`,
  );
  await kill(left);
}
