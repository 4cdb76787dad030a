// specimen: wrong
// breaks: 0.2
// may break: 3.1 3.3 3.4
// Counts every request and answers most of them.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
const port = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  let total = 0; let timer;
  const tell = (w) => { try { w.send({ kind: 'sum', total }, () => {}); } catch {} };
  const all = () => { timer ??= setTimeout(() => { timer = undefined; for (const w of Object.values(cluster.workers)) tell(w); }, 80); };
  cluster.on('message', (w, m) => { if (m?.kind === 'hit' && Number.isInteger(m.n)) { total += m.n; all(); } });
  cluster.on('listening', tell);
  cluster.on('fork', (w) => w.on('error', () => {}));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  let seen = 0, local = 0, total = 0;
  
  process.on('message', (m) => { if (m?.kind === 'sum' && Number.isInteger(m.total)) total = m.total; });
  const hit = () => { local++; process.send({ kind: 'hit', n: 1 }); };
  const server = createServer((request, response) => {
    if (request.url === '/') { if (++seen % 15 === 0) return request.socket.destroy(); hit(); response.end(`Hello from worker ${process.pid}\n`); }
    else if (request.url === '/stats') { response.end(JSON.stringify({ pid: process.pid, local, total })); }
    else { response.statusCode = 404; response.end(); }
  });
  server.listen(port);
}
