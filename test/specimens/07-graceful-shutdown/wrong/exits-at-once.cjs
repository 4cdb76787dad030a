// specimen: wrong
// breaks: 7.1 7.2 7.4
// may break: 0.6 7.3 7.6
// in every run: what tutorials teach
// “Graceful shutdown” as a log line: the handler says goodbye to the operator, and to nobody else.
const cluster = require('cluster');
const http = require('http');
const os = require('os');

if (cluster.isPrimary) {
  for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', () => cluster.fork());
  const shutdown = (signal) => {
    console.log(`${signal} received, shutting down gracefully`);
    process.exit(0);
  };
  process.on('SIGTERM', shutdown);
  process.on('SIGINT', shutdown);
} else {
  http
    .createServer((req, res) => {
      const url = new URL(req.url, 'http://localhost');
      const hello = () => res.end(`Hello from worker ${process.pid}\n`);
      if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
      else hello();
    })
    .listen(process.env.PORT || 8000);
}
