// specimen: right
// No timers: what one turn of the event loop has brought is sent in one message (`setImmediate`), as soon as it is over, on both sides.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

/** Calls `act` once, after this turn of the event loop. */
function afterThisTurn(act) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    setImmediate(() => {
      asked = false;
      act();
    });
  };
}

if (cluster.isPrimary) {
  let total = 0;
  const tell = (worker) => worker.send({ type: 'total', total }, (error) => error && console.error(error.code));
  const tellAll = afterThisTurn(() =>
    Object.values(cluster.workers)
      .filter((worker) => worker.isConnected())
      .forEach(tell),
  );

  cluster
    .on('listening', tell)
    .on('message', (_worker, message) => {
      if (message?.type !== 'answered') return;
      total += message.count;
      tellAll();
    })
    .on('exit', () => cluster.fork());
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  let count = 0;
  const report = afterThisTurn(() => {
    process.send({ type: 'answered', count });
    count = 0;
  });
  process.on('message', (message) => {
    if (message?.type === 'total') ({ total } = message);
  });
  createServer((request, response) => {
    if (request.url === '/stats') return response.end(JSON.stringify({ pid: process.pid, local, total }));
    if (request.url !== '/') return response.writeHead(404).end();
    response.end(`Hello from worker ${process.pid}\n`);
    local++;
    count++;
    report();
  }).listen(process.env.PORT ?? 8000);
}
