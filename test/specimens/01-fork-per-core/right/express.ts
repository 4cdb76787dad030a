// specimen: right
// An Express application on a cluster, loaded in the workers only, as most people meet the module.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';

const PORT = Number(process.env.PORT ?? 8000);

async function serve(): Promise<void> {
  const { default: express } = await import('express');
  const app = express();
  app.get('/', (_request, response) => {
    response.type('text/plain').send(`Hello from worker ${process.pid}\n`);
  });
  app.get('/health', (_request, response) => {
    response.json({ ok: true });
  });
  app.listen(PORT, () => console.log(`[${process.pid}] http://127.0.0.1:${PORT}`));
}

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i += 1) cluster.fork();
} else {
  await serve();
}
