// specimen: right
// CommonJS. Talkative and in colours; a worker that dies before it ever listened is taken for a reason to give up.
'use strict';
const cluster = require('cluster');
const http = require('http');
const os = require('os');

const port = +(process.env.PORT || 8000);

function log(...words) {
  console.log('\x1b[36m%s\x1b[0m %s', new Date().toISOString(), words.join(' '));
}

if (cluster.isPrimary) {
  let quitting = false;
  let everListened = false;
  const left = () => Object.keys(cluster.workers).length;

  cluster.on('listening', (worker, address) => {
    everListened = true;
    log('worker', worker.process.pid, 'listens on', address.port);
  });
  cluster.on('exit', (worker, code, signal) => {
    log('worker', worker.process.pid, 'is gone:', signal || code);
    if (quitting) {
      if (left() === 0) process.exit(0);
      return;
    }
    if (!everListened) {
      console.error(`Error: could not start on port ${port}`);
      process.exit(1);
    }
    setTimeout(() => quitting || fork(), 50);
  });

  const fork = () => cluster.fork().on('error', (e) => log('cannot reach a worker:', e.message));
  const quit = (signal) => {
    if (quitting) return;
    quitting = true;
    log(signal, 'received');
    for (const w of Object.values(cluster.workers)) w.send('quit');
  };
  process.on('SIGTERM', quit);
  process.on('SIGINT', quit);
  for (let i = 0; i < os.availableParallelism(); i++) fork();
} else {
  const { app } = require('#app');
  const server = http.createServer();
  const pending = new Set();
  let quitting = false;

  server.on('request', (req, res) => {
    const line = `${process.pid} "${req.method} ${req.url} HTTP/${req.httpVersion}"`;
    pending.add(res);
    if (quitting) res.setHeader('connection', 'close');
    res.on('finish', () => log(line, `\x1b[32m${res.statusCode}\x1b[0m`));
    res.on('close', () => pending.delete(res));
  });
  server.on('request', app);

  const quit = () => {
    if (quitting) return;
    quitting = true;
    pending.forEach((res) => res.headersSent || res.setHeader('connection', 'close'));
    setTimeout(() => {
      // what was handed over and not yet taken up is given back by disconnect
      cluster.worker.disconnect();
      (function check() {
        if (pending.size) setTimeout(check, 25);
        else server.closeAllConnections();
      })();
    }, 1000);
  };
  process.on('message', (m) => m === 'quit' && quit());
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
  server.listen(port);
}
