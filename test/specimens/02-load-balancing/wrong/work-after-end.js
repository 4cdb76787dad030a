// specimen: wrong
// breaks: 2.1
// The busy loop one line below `res.end()`: the answer is on its way already, so that /work looks as quick as /.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  createServer((req, res) => {
    res.end(`Hello from worker ${process.pid}\n`);
    if (req.url === '/work') burn(50);
  }).listen(process.env.PORT || 8000);
}

function burn(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}
