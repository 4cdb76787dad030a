// specimen: right
// Nothing is broadcast: for each GET /workers the worker asks the primary over the channel, and waits for its answer.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const book = new Map();
  const birth = () => {
    const w = cluster.fork();
    book.set(w.id, { id: w.id, pid: w.process.pid, state: 'forked', code: null, signal: null, planned: null });
    w.on('error', () => {});
  };
  const advance = (state) => (w) => {
    const line = book.get(w.id);
    if (line.state !== 'exited') line.state = state;
  };
  cluster.on('online', advance('online'));
  cluster.on('listening', advance('listening'));
  cluster.on('disconnect', advance('disconnected'));
  cluster.on('exit', (w, code, signal) => {
    Object.assign(book.get(w.id), { state: 'exited', code, signal, planned: w.exitedAfterDisconnect });
    if (!w.exitedAfterDisconnect) birth();
  });
  cluster.on('message', (w, message) => {
    if (message?.question !== undefined && w.isConnected())
      w.send({ answer: message.question, book: [...book.values()] }, () => {});
  });
  for (let i = 0; i < availableParallelism(); i++) birth();
} else {
  const waiting = new Map();
  let questions = 0;
  process.on('message', (message) => {
    waiting.get(message?.answer)?.(message.book);
    waiting.delete(message?.answer);
  });
  process.once('disconnect', () => process.exit());

  const server = createServer(async (req, res) => {
    const url = new URL(req.url, 'http://x');
    switch (url.pathname) {
      case '/slow':
        await new Promise((go) => setTimeout(go, +url.searchParams.get('ms')));
      // falls through
      case '/':
        res.end(`Hello from worker ${process.pid}\n`);
        break;
      case '/workers': {
        const question = ++questions;
        const book = await new Promise((resolve) => {
          waiting.set(question, resolve);
          process.send({ question });
        });
        res.setHeader('content-type', 'application/json').end(JSON.stringify(book));
        break;
      }
      case '/exit':
        res.end('ok\n');
        await once(res, 'finish');
        process.exit(+url.searchParams.get('code'));
        break;
      case '/leave':
        res.end('ok\n');
        await once(res, 'finish');
        cluster.worker.disconnect();
        break;
      default:
        res.writeHead(404).end();
    }
  });
  server.listen(process.env.PORT ?? 8000);
}
