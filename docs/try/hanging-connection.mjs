// A connection is handed to a worker that is about to exit. Two ways to leave, and what becomes of that connection.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ask, freePort, kill, portOf } from './client.mjs';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  await leave('server.close(() => process.exit(0))', 'exit');
  await leave('cluster.worker.disconnect()', 'disconnect');
  process.exit();
} else {
  const server = createServer((_request, response) => response.end('hello')).listen(
    Number(process.env.PORT),
    '127.0.0.1',
  );
  process.on('message', (how) => {
    // It computes for a moment: what is handed to it meanwhile waits on the channel, unread.
    process.send('computing');
    const end = performance.now() + 300;
    while (performance.now() < end) Math.sqrt(Math.random());
    if (how === 'exit') server.close(() => process.exit(0));
    else cluster.worker.disconnect();
  });
}

async function leave(name, how) {
  const env = { PORT: await freePort() };
  const [leaver, other] = [cluster.fork(env), cluster.fork(env)];
  const [port] = await Promise.all([leaver, other].map(portOf));
  leaver.send(how);
  await once(leaver, 'message');
  // One of these goes to the worker that leaves.
  const answers = await Promise.all([1, 2].map(() => ask(port, '/', { timeoutMs: 1200 })));
  console.log(`${name.padEnd(38)}${answers.map(({ error }) => error ?? 'answered').join(', ')}`);
  await kill([other]);
}
