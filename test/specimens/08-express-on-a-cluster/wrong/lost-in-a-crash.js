// specimen: wrong
// breaks: 8.5
// Collects its lines for a moment, and writes the last ones when it leaves; in a crash they are lost, which is when one would want to read them.
import cluster from 'node:cluster';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import { app } from '#app';

const { PORT = '8000' } = process.env;
const gone = 75; // EX_TEMPFAIL

function primary() {
  let end = null;
  const alive = () => Object.values(cluster.workers).filter((w) => !w.isDead());
  const bye = () => {
    end ??= setTimeout(() => alive().forEach((w) => w.process.kill('SIGKILL')), 5000);
    alive().forEach((w) => w.isConnected() && w.send('bye', () => {}));
  };
  cluster.on('exit', (w, code) => {
    if (code === gone) {
      fs.writeSync(2, `port ${PORT} is already used by another process\n`);
      return process.exit(1);
    }
    if (end === null) return void setTimeout(() => end === null && cluster.fork().on('error', () => {}), 150);
    if (alive().length === 0) process.exit(0);
  });
  process.on('SIGTERM', bye);
  process.on('SIGINT', bye);
  for (let i = os.availableParallelism(); i > 0; i--) cluster.fork().on('error', () => {});
}

function worker() {
  let lines = [];
  const flush = () => {
    const some = lines;
    lines = [];
    // of a pipe, no more than 4096 bytes at once stay together
    let text = '';
    for (const line of some) {
      if (text.length + line.length > 4000) {
        fs.writeSync(1, text);
        text = '';
      }
      text += line;
    }
    if (text !== '') fs.writeSync(1, text);
  };
  setInterval(flush, 800).unref();

  let leaving = false;
  let grace = true;
  let open = 0;
  const server = http.createServer((req, res) => {
    const line = `${process.pid} ${req.method} ${req.url}\n`;
    open++;
    if (leaving) res.setHeader('Connection', 'close');
    res.on('close', () => {
      open--;
      lines.push(line);
      cut();
    });
    app(req, res);
  });
  // each connection gets one more answer, which says goodbye
  server.closeIdleConnections = () => {};
  const cut = () => leaving && !grace && open === 0 && server.closeAllConnections();
  const bye = () => {
    if (leaving) return;
    leaving = true;
    server.maxRequestsPerSocket = 1;
    setTimeout(() => {
      grace = false;
      cluster.worker.disconnect();
      cut();
    }, 1200);
  };
  process.on('message', (m) => m === 'bye' && bye());
  process.on('SIGTERM', bye);
  process.on('SIGINT', bye);
  process.on('disconnect', () => {
    flush();
    process.exit();
  });
  server.on('error', () => process.exit(gone));
  server.listen(+PORT);
}

(cluster.isPrimary ? primary : worker)();
