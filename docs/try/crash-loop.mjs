// Workers that die while they start: how often a primary forks in a second and a half, at once and with back-off.
import cluster from 'node:cluster';
import { pause } from './client.mjs';

if (cluster.isPrimary) {
  await forkFor('fork at once', () => 0);
  await forkFor('back off: 100, 200, 400, … ms', (deaths) => Math.min(100 * 2 ** (deaths - 1), 5000));
  process.exit();
} else {
  process.exit(1); // the file that is missing, the database that is down
}

async function forkFor(name, waitMs) {
  let forks = 0;
  let deaths = 0;
  let over = false;
  const another = () => {
    if (over) return;
    forks++;
    cluster.fork().once('exit', () => setTimeout(another, waitMs(++deaths)));
  };
  const cpu = process.cpuUsage();
  for (let place = 0; place < 2; place++) another();
  await pause(1500);
  over = true;
  const used = process.cpuUsage(cpu);
  const ms = ((used.user + used.system) / 1000).toFixed(0);
  console.log(
    `${name.padEnd(32)}${String(forks).padStart(4)} forks in 1.5 s for two places (${ms} ms of CPU in the primary alone)`,
  );
  while (deaths < forks) await pause(20);
}
