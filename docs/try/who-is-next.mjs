// Which worker answers? Twelve requests, one after the other, under both scheduling policies, and what keep-alive does.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import { ask, letters, portOf } from './client.mjs';

const WORKERS = 4;

if (cluster.isWorker) {
  createServer((_request, response) => response.end(`${process.pid}`)).listen(0, '127.0.0.1');
} else if (process.argv[2] === 'serve') {
  const workers = Array.from({ length: WORKERS }, () => cluster.fork());
  const [port] = await Promise.all(workers.map(portOf));
  process.send(port);
} else {
  await underPolicy('rr', 'round robin, fresh connections  ', false);
  await underPolicy('rr', 'round robin, one kept connection', true);
  await underPolicy('none', 'left to the operating system    ', false);
}

async function underPolicy(policy, name, keepAlive) {
  const env = { ...process.env, NODE_CLUSTER_SCHED_POLICY: policy };
  const server = fork(import.meta.filename, ['serve'], { env });
  const [port] = await once(server, 'message');
  const agent = keepAlive ? new Agent({ keepAlive, maxSockets: 1 }) : false;
  const letter = letters();
  let order = '';
  for (let i = 0; i < 12; i++) order += ` ${letter((await ask(port, '/', { agent })).body)}`;
  console.log(`${name} ${order}`);
  server.kill();
  await once(server, 'exit');
}
