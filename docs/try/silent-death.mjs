// Ten workers are killed with SIGKILL, without clients and under load: how many 'exit' and 'disconnect' the primary hears.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ask, freePort, pause, portOf } from './client.mjs';

const KILLS = 10;

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const env = { PORT: await freePort() };
  const port = await portOf(cluster.fork(env)); // one that stays, so that the port does
  for (const count of [0, 20]) {
    let going = true;
    const clients = Array.from({ length: count }, async () => {
      while (going) await ask(port, '/', { timeoutMs: 500 });
    });
    const heard = { exit: 0, disconnect: 0 };
    for (let kill = 0; kill < KILLS; kill++) {
      const worker = cluster.fork(env);
      worker.on('error', () => {});
      worker.on('exit', () => heard.exit++);
      worker.on('disconnect', () => heard.disconnect++);
      await portOf(worker);
      await pause(50);
      worker.process.kill('SIGKILL');
      await once(worker, 'exit');
      await pause(150); // a 'disconnect' that comes after the exit, or not at all
    }
    going = false;
    await Promise.all(clients);
    console.log(
      `${String(count).padStart(2)} clients, ${KILLS} workers killed: ${heard.exit} 'exit', ${heard.disconnect} 'disconnect'`,
    );
  }
  process.exit();
} else {
  createServer((_request, response) => response.end('hello')).listen(Number(process.env.PORT), '127.0.0.1');
}
