// Workers that die while they start: how often a primary forks in a second and a half, at once and with back-off, and how many
// cores that keeps busy.
import cluster from 'node:cluster';
import { pause } from './client.mjs';

const MEASURE_MS = 1500;

if (cluster.isPrimary) {
  await forkFor('fork at once', () => 0);
  await forkFor('back off: 100, 200, 400, … ms', (deaths) => Math.min(100 * 2 ** (deaths - 1), 5000));
  process.exit();
} else {
  // the file that is missing, the database that is down
  process.send(inMs(process.cpuUsage()), () => process.exit(1));
}

async function forkFor(name, waitMs) {
  let forks = 0;
  let deaths = 0;
  let workersMs = 0;
  let over = false;
  const another = () => {
    if (over) return;
    forks++;
    const worker = cluster.fork();
    worker.on('message', (ms) => (workersMs += ms));
    worker.once('exit', () => setTimeout(another, waitMs(++deaths)));
  };
  const start = performance.now();
  const before = process.cpuUsage();
  for (let place = 0; place < 2; place++) another();
  await pause(MEASURE_MS);
  over = true;
  while (deaths < forks) await pause(20);
  const cores = (workersMs + inMs(process.cpuUsage(before))) / (performance.now() - start);
  console.log(
    `${name.padEnd(32)}${String(forks).padStart(4)} forks in 1.5 s for two places, ${cores.toFixed(1)} cores busy`,
  );
}

function inMs({ user, system }) {
  return (user + system) / 1000;
}
