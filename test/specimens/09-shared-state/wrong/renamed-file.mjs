// specimen: wrong
// breaks: 9.1
// may break: 9.3 9.4 9.5
// A file of its own, written anew and renamed: never half a file, and yet two workers write the same number.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '#store';

const windowMs = Number(process.env.WINDOW_MS ?? 60_000);
const file = join(process.env.STORE_FILE, '..', `${process.env.PORT}-visits.json`);

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 100));
} else {
  const store = openStore();
  const read = async () => JSON.parse(await readFile(file, 'utf8').catch(() => '{"visits":0}'));
  let drafts = 0;
  createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const key = url.searchParams.get('key');
    const signal = AbortSignal.timeout(1000);
    try {
      switch (`${request.method} ${url.pathname}`) {
        case 'GET /':
          return response.end(`Hello from worker ${process.pid}\n`);
        case 'GET /slow':
          return setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), Number(url.searchParams.get('ms')));
        case 'POST /visits': {
          const { visits } = await read();
          drafts += 1;
          const draft = `${file}.${process.pid}.${drafts}`;
          await writeFile(draft, JSON.stringify({ visits: visits + 1 }));
          await rename(draft, file);
          return response.end(JSON.stringify({ visits: visits + 1 }));
        }
        case 'GET /visits': {
          return response.end(JSON.stringify(await read()));
        }
        case 'GET /limited': {
          const { value, ttlMs } = await store.add(`limited:${key}`, 1, { ttlMs: windowMs, signal });
          if (value > 10) response.writeHead(429, { 'Retry-After': Math.max(1, Math.ceil(ttlMs / 1000)) });
          return response.end();
        }
        default:
          return response.writeHead(404).end();
      }
    } catch {
      response.writeHead(503).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
