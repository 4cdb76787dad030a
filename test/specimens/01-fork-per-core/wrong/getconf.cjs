// specimen: wrong
// breaks: 1.1
// may break: 0.3
// Asks the operating system's own tool for the number of cores instead of Node, by someone who came from shell scripts.
const cluster = require('node:cluster');
const { execSync } = require('node:child_process');
const { createServer } = require('node:http');

if (cluster.isPrimary) {
  const cores = Number(execSync('getconf _NPROCESSORS_ONLN', { encoding: 'utf8' }));
  for (let i = 0; i < cores; i++) cluster.fork();
} else {
  createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(
    process.env.PORT ?? 8000,
  );
}
