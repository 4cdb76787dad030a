// specimen: wrong
// breaks: 4.4
// may break: 4.7
// Gives a retired worker less time than its slow requests take.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
const port = Number(process.env.PORT ?? 8000);

const retired = new Set();
if (cluster.isPrimary) {
  const n = availableParallelism();
  for (let i = 0; i < n; i++) cluster.fork();
  cluster.on('exit', (w) => { if (!retired.delete(w.id)) cluster.fork(); });
  cluster.on('fork', (w) => w.on('error', () => {}));
  let busy = false, again = false;
  const next = () => new Promise((r) => { const w = cluster.fork(); w.once('listening', () => r(w)); w.once('exit', () => r(null)); });
  const retire = async (w) => { retired.add(w.id); w.send('bye', () => {}); const t = setTimeout(() => w.process.kill('SIGKILL'), 6000); w.once('exit', () => clearTimeout(t)); };
  const roll = async () => { for (const w of Object.values(cluster.workers).filter((x) => !retired.has(x.id))) { await next(); await retire(w); } };
  process.on('SIGHUP', async () => { if (busy) { again = true; return; } busy = true; do { again = false; await roll(); } while (again); busy = false; });
} else {
  let leaving = false, open = 0;
  const server = createServer((request, response) => {
    open++; response.on('close', () => open--);
    const answer = () => { if (leaving) response.setHeader('Connection', 'close'); response.end(`Hello from worker ${process.pid}\n`); };
    const url = new URL(request.url, 'http://x');
    if (url.pathname === '/slow') setTimeout(answer, Number(url.searchParams.get('ms'))); else if (url.pathname === '/') answer(); else { response.statusCode = 404; response.end(); }
  });
  process.on('disconnect', () => process.exit());
  process.on('message', (m) => { if (m === 'bye' && !leaving) { leaving = true; setTimeout(() => cluster.worker.disconnect(), 600); setTimeout(() => process.exit(0), 1500); } });
  server.listen(port);
}
