// specimen: wrong
// breaks: 3.6
// Tells every worker the total twice for each request.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
const port = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  let total = 0; let timer;
  const tell = (w) => { try { w.send({ kind: 'sum', total }, () => {}); } catch {} };
  const all = () => { timer ??= setTimeout(() => { timer = undefined; for (const w of Object.values(cluster.workers)) tell(w); }, 80); };
  cluster.on('message', (w, m) => { if (m?.kind === 'hit' && Number.isInteger(m.n)) { total += m.n; for (const x of Object.values(cluster.workers)) { tell(x); tell(x); } } });
  cluster.on('listening', tell);
  cluster.on('fork', (w) => w.on('error', () => {}));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  let local = 0, total = 0;
  
  process.on('message', (m) => { if (m?.kind === 'sum' && Number.isInteger(m.total)) total = m.total; });
  const hit = () => { local++; process.send({ kind: 'hit', n: 1 }); };
  const server = createServer((request, response) => {
    if (request.url === '/') { hit(); response.end(`Hello from worker ${process.pid}\n`); }
    else if (request.url === '/stats') { response.end(JSON.stringify({ pid: process.pid, local, total })); }
    else { response.statusCode = 404; response.end(); }
  });
  server.listen(port);
}
