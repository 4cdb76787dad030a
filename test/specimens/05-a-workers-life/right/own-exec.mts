// specimen: right
// in every run: setupPrimary({ exec }), and disconnected by its primary
// cluster.setupPrimary({ exec }): one file whose role is an argument, and a worker that is disconnected by its primary.
import cluster, { type Worker } from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

type Row = { id: number; pid?: number; state: string; code: number | null; signal: string | null; planned: boolean | null };

if (process.argv[2] !== 'serve') {
  cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), args: ['serve'] });
  const rows: Row[] = [];

  const share = () => {
    for (const each of Object.values(cluster.workers ?? {})) each?.send({ rows }, () => {});
    // Those that leave are not in cluster.workers any more.
    for (const each of leaving) each.send({ rows }, () => {});
  };
  const leaving = new Set<Worker>();

  const spawn = () => {
    const worker = cluster.fork();
    const row: Row = { id: worker.id, pid: worker.process.pid, state: 'forked', code: null, signal: null, planned: null };
    rows.push(row);
    const now = (state: string, more: Partial<Row> = {}) => {
      if (row.state === 'exited') return;
      Object.assign(row, more, { state });
      share();
    };
    worker.on('online', () => now('online'));
    worker.on('listening', () => now('listening'));
    worker.on('disconnect', () => now('disconnected'));
    worker.on('exit', (code, signal) => {
      leaving.delete(worker);
      now('exited', { code, signal, planned: worker.exitedAfterDisconnect });
      if (!worker.exitedAfterDisconnect) spawn();
    });
    worker.on('message', (message) => {
      if (message !== 'may I go?') return;
      leaving.add(worker);
      worker.disconnect();
    });
    worker.on('error', () => {});
  };
  for (let i = 0; i < availableParallelism(); i++) spawn();
} else {
  let rows: Row[] = [];
  let going = false;
  process.on('message', (message: { rows?: Row[] }) => {
    rows = message?.rows ?? rows;
  });
  process.on('disconnect', () => process.exit());

  const answer = (res: ServerResponse, text: string) => {
    if (going) res.setHeader('connection', 'close');
    res.end(text);
  };
  createServer((req, res) => {
    const { pathname, searchParams } = new URL(`http://localhost${req.url}`);
    if (pathname === '/') answer(res, `Hello from worker ${process.pid}\n`);
    else if (pathname === '/slow')
      setTimeout(answer, Number(searchParams.get('ms')), res, `Hello from worker ${process.pid}\n`);
    else if (pathname === '/workers') answer(res, JSON.stringify(rows));
    else if (pathname === '/exit') {
      res.once('finish', () => process.exit(Number(searchParams.get('code'))));
      answer(res, 'bye\n');
    } else if (pathname === '/leave') {
      going = true;
      res.once('finish', () => process.send?.('may I go?'));
      answer(res, 'bye\n');
    } else res.writeHead(404).end();
  }).listen(Number(process.env.PORT ?? 8000));
}
