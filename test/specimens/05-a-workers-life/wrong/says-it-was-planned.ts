// specimen: wrong
// breaks: 5.5
// may break: 5.6
// For whoever reads the register all is well: a worker that is asked to leave says so, and then just exits; the primary writes what it was told.
import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

type Row = { id: number; pid: number; state: string; code: number | null; signal: string | null; planned: boolean | null };

const port = Number(process.env.PORT ?? 8000);
let rows: Row[] = [];

function share(): void {
  for (const worker of Object.values(cluster.workers ?? {})) {
    if (worker?.isConnected()) worker.send({ rows }, () => {});
  }
}

function add(): void {
  const worker: Worker = cluster.fork();
  const row: Row = { id: worker.id, pid: worker.process.pid!, state: 'forked', code: null, signal: null, planned: null };
  let announced = false;
  rows.push(row);
  worker.on('message', (message: unknown) => {
    if (message === 'I leave') announced = true;
  });
  const step = (state: string) => () => {
    if (row.state === 'exited') return;
    row.state = state;
    share();
  };
  worker.on('online', step('online'));
  worker.on('listening', step('listening'));
  worker.on('disconnect', step('disconnected'));
  worker.on('error', () => {});
  worker.on('exit', (code, signal) => {
    row.code = code;
    row.signal = signal;
    row.planned = announced;
    step('exited')();
    if (!announced) add();
  });
}

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) add();
} else {
  let underWay = 0;
  process.on('message', (message: { rows?: Row[] }) => {
    if (message?.rows) rows = message.rows;
  });
  createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    underWay += 1;
    response.on('close', () => (underWay -= 1));
    const hello = () => response.end(`Hello from worker ${process.pid}\n`);
    switch (pathname) {
      case '/':
        return void hello();
      case '/slow':
        return void setTimeout(hello, Number(searchParams.get('ms')));
      case '/workers':
        return void response.end(JSON.stringify(rows));
      case '/exit':
        return void response.end('bye\n', () => process.exit(Number(searchParams.get('code'))));
      case '/leave':
        process.send?.('I leave');
        response.end('bye\n');
        return void setInterval(() => {
          if (underWay === 0) process.exit(0);
        }, 20);
      default:
        return void response.writeHead(404).end();
    }
  }).listen(port);
}
