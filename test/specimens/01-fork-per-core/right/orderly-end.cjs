// specimen: right
// Ends in order: on SIGTERM the primary disconnects its workers and goes when the last one is gone, or after two seconds.
'use strict';
const cluster = require('node:cluster');
const http = require('node:http');
const os = require('node:os');

if (cluster.isPrimary) {
  for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();

  const end = () => {
    cluster.disconnect(() => process.exit(0));
    setTimeout(() => process.exit(1), 2000).unref();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
} else {
  // The primary decides: Ctrl-C in a terminal reaches the workers too.
  process.on('SIGINT', () => {});

  http
    .createServer((req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/plain' });
      res.end(`Hello from worker ${process.pid}\n`);
    })
    .listen(process.env.PORT || 8000);
}
