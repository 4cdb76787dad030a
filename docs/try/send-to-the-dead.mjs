// A primary tells all workers a number; one of them has just died. Four ways to write that line, and which primary survives.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';

const WAYS = {
  'worker.send(message)': (worker) => worker.send('total'),
  'with a callback': (worker) => worker.send('total', () => {}),
  'if (worker.isConnected())': (worker) => worker.isConnected() && worker.send('total'),
  "with an 'error' listener": (worker) => worker.on('error', () => {}).send('total'),
};

if (cluster.isWorker) {
  setInterval(() => {}, 1000);
} else if (process.argv[2] !== undefined) {
  const worker = cluster.fork();
  await once(worker, 'online');
  worker.process.kill('SIGKILL');
  await once(worker, 'disconnect');
  WAYS[process.argv[2]](worker);
  setTimeout(() => process.exit(0), 50);
} else {
  for (const way of Object.keys(WAYS)) {
    const primary = fork(import.meta.filename, [way], { silent: true });
    let complaint = '';
    primary.stderr.on('data', (piece) => (complaint += piece));
    const [code] = await once(primary, 'close');
    const reason = /ERR_\w+|EPIPE/.exec(complaint)?.[0];
    console.log(`${way.padEnd(28)}${code === 0 ? 'the primary lives' : `the primary dies: ${reason}`}`);
  }
}
