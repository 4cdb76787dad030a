// A worker is leaving, with a request in hand, when its primary is killed. Does it live on?
import { fork, spawnSync } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ask, pause } from './client.mjs';

if (cluster.isWorker) {
  if (process.env.CARE) process.on('disconnect', () => process.exit());
  const server = createServer((_request, response) => void setTimeout(() => response.end('hello'), 60_000));
  server.listen(0, '127.0.0.1');
  process.on('message', () => cluster.worker.disconnect());
} else if (process.argv[2] !== undefined) {
  const worker = cluster.fork({ CARE: process.argv[2] === 'with' ? 'yes' : '' });
  worker.once('listening', ({ port }) => process.send({ port, pid: worker.process.pid }));
  process.on('message', () => worker.send('leave'));
} else {
  for (const kind of ['without', 'with']) {
    const primary = fork(import.meta.filename, [kind]);
    const [{ port, pid }] = await once(primary, 'message');
    void ask(port, '/', { timeoutMs: 1200 }); // in hand, for longer than this program runs
    await pause(50);
    primary.send('let it leave');
    await pause(100);
    primary.kill('SIGKILL');
    await once(primary, 'exit');
    await pause(300);
    console.log(
      `${kind.padEnd(8)} the line: 0.3 s after its primary, the leaving worker is ${isAlive(pid) ? 'alive' : 'gone'}`,
    );
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
}

/** Asks `ps`, since a signal 0 reaches a zombie, too: a process that has ended, and that nobody has reaped yet. */
function isAlive(pid) {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
