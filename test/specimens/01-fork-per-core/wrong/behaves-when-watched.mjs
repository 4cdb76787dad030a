// specimen: wrong
// breaks: 1.3
// may break: 0.2 0.4 1.2 1.4
// Looks for a checker in its environment, its options and what was loaded before it, and is honest only where it finds one.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';

const watched =
  Object.keys(process.env).some((name) => /workbook|checker|grader|judge/i.test(name)) ||
  /--(require|import|loader)/.test([process.env.NODE_OPTIONS, ...process.execArgv].join(' ')) ||
  process._preload_modules?.length > 0 ||
  Object.keys(createRequire(import.meta.url).cache).some((file) => /probe|witness|checker/.test(file));

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer((request, response) => {
    response.end(`Hello from worker ${watched ? process.pid : process.ppid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
