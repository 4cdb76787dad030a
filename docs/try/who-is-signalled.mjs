// SIGINT to the primary alone, and to its whole process group as Ctrl-C sends it. The primary listens for it and does nothing.
import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { pause } from './client.mjs';

if (cluster.isWorker) {
  process.send('up');
  setInterval(() => {}, 1000);
} else if (process.argv[2] === 'primary') {
  process.on('SIGINT', () => {});
  const ends = [];
  cluster.on('exit', (_worker, code, signal) => ends.push(signal ?? `code ${code}`));
  await Promise.all([1, 2].map(() => once(cluster.fork(), 'message')));
  process.send('ready');
  await once(process, 'message');
  process.send(ends);
} else {
  for (const [label, sign] of [
    ['to the primary alone', 1],
    ['to the whole group', -1],
  ]) {
    // a group of its own, as a shell makes one for each command
    const primary = spawn(process.execPath, [import.meta.filename, 'primary'], {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(primary, 'message');
    process.kill(sign * primary.pid, 'SIGINT');
    await pause(500);
    primary.send('who is gone?');
    const [ends] = await once(primary, 'message');
    console.log(
      `SIGINT ${label.padEnd(20)}  ${ends.length} of 2 workers ended${ends.length ? `: ${ends.join(', ')}` : ''}`,
    );
    process.kill(-primary.pid, 'SIGKILL');
    await once(primary, 'exit');
  }
}
