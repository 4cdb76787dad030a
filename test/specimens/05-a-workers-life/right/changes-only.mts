// specimen: right
// Events are told as they come, one change a message, and each worker keeps the book itself; a new one is given all of it.
import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

interface Line {
  id: number;
  pid: number;
  state: string;
  code: number | null;
  signal: string | null;
  planned: boolean | null;
}
type Change = Partial<Line> & { id: number };

const book: Line[] = [];

function apply(change: Change): void {
  const line = book.find(({ id }) => id === change.id);
  if (line) Object.assign(line, change);
  else book.push({ pid: 0, state: 'forked', code: null, signal: null, planned: null, ...change });
  book.sort((a, b) => a.id - b.id);
}

if (cluster.isPrimary) {
  const informed = new Set<Worker>();
  const tell = (change: Change) => {
    apply(change);
    for (const worker of informed) worker.send({ change });
  };
  const add = () => {
    const worker = cluster.fork();
    const { id } = worker;
    tell({ id, pid: worker.process.pid });
    worker.on('error', () => informed.delete(worker));
    worker.on('online', () => tell({ id, state: 'online' }));
    worker.on('listening', () => {
      tell({ id, state: 'listening' });
      for (const line of book) worker.send({ change: line });
      informed.add(worker);
    });
    worker.on('disconnect', () => {
      informed.delete(worker);
      if (!worker.isDead()) tell({ id, state: 'disconnected' });
    });
    worker.on('exit', (code, signal) => {
      informed.delete(worker);
      tell({ id, state: 'exited', code, signal, planned: worker.exitedAfterDisconnect });
      if (!worker.exitedAfterDisconnect) setTimeout(add, 200);
    });
  };
  for (let i = availableParallelism(); i > 0; i--) add();
} else {
  process.on('message', (message: { change?: Change }) => {
    if (message?.change) apply(message.change);
  });
  process.on('disconnect', () => process.exit());
  createServer((req, res) => {
    const [path, query = ''] = (req.url ?? '').split('?');
    const asked = Number(query.split('=')[1]);
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    const routes: Record<string, () => void> = {
      '/': hello,
      '/slow': () => setTimeout(hello, asked),
      '/workers': () => res.end(JSON.stringify(book)),
      '/exit': () => res.end('bye', () => setImmediate(() => process.exit(asked))),
      '/leave': () => res.writeHead(200, { Connection: 'close' }).end('bye', () => cluster.worker?.disconnect()),
    };
    (routes[path ?? ''] ?? (() => res.writeHead(404).end()))();
  }).listen(Number(process.env.PORT ?? 8000));
}
