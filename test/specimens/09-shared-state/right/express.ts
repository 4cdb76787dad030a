// specimen: right
// Express, the limit as a middleware, and errors by its error handler.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import express, { type NextFunction, type Request, type Response } from 'express';
import { openStore } from '#store';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i += 1) cluster.fork();
  cluster.on('exit', (worker) => {
    console.log(`${worker.process.pid} is gone`);
    setTimeout(() => cluster.fork(), 50);
  });
} else {
  const store = openStore();
  const windowMs = Number(process.env.WINDOW_MS ?? 60_000);
  const soon = () => ({ signal: AbortSignal.timeout(1200) });
  const app = express();

  const tenAWindow = async (request: Request, response: Response, next: NextFunction) => {
    const key = String(request.query.key ?? '');
    const { value, ttlMs } = await store.add(`rate:${key}`, 1, { ttlMs: windowMs, ...soon() });
    if (value <= 10) return next();
    response.set('Retry-After', `${Math.max(1, Math.ceil((ttlMs ?? windowMs) / 1000))}`);
    response.status(429).json({ error: 'too many requests' });
  };

  app.get('/', (_request, response) => void response.send(`Hello from worker ${process.pid}\n`));
  app.get('/slow', (request, response) => {
    setTimeout(() => response.send(`Hello from worker ${process.pid}\n`), Number(request.query.ms));
  });
  app.post('/visits', async (_request, response) => {
    const { value } = await store.add('visits', 1, soon());
    response.status(201).json({ visits: value });
  });
  app.get('/visits', async (_request, response) => {
    response.json({ visits: (await store.get('visits', soon())) ?? 0 });
  });
  app.get('/limited', tenAWindow, (_request, response) => void response.json({ ok: true }));
  app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    response.status(503).json({ error: 'try again' });
  });
  app.listen(Number(process.env.PORT ?? 8000));
}
