// specimen: right
// CommonJS and callbacks. No doubling: between two forks that fail there is always the same pause, of 800 ms, and none after a worker that was all right.
'use strict';
const cluster = require('node:cluster');
const http = require('node:http');
const os = require('node:os');

const PAUSE = 800;
const BOOT = 5800;
const STABLE = 4000;

if (cluster.isPrimary) primary();
else worker();

function primary() {
  const staff = new Map(); // id -> { worker, since }
  let queue = [];
  let busy = false;
  let lost = 0;
  let hurt = false;

  function spawn(done) {
    const child = cluster.fork();
    const entry = { worker: child, since: null };
    let told = false;
    const tell = (ok) => {
      if (told) return;
      told = true;
      clearTimeout(timer);
      done(ok);
    };
    const timer = setTimeout(() => child.process.kill('SIGKILL'), BOOT);
    child.on('error', () => {});
    child.on('listening', () => {
      entry.since = Date.now();
      staff.set(child.id, entry);
      tell(true);
    });
    child.on('exit', () => {
      const wasOurs = staff.delete(child.id);
      if (wasOurs) {
        hurt = Date.now() - entry.since < STABLE;
        lost += 1;
      } else if (entry.since === null) {
        hurt = true;
      }
      tell(false);
      work();
    });
  }

  // One thing at a time: first what is missing, then what is old.
  function work() {
    if (busy) return;
    if (lost > 0) {
      busy = true;
      setTimeout(
        () =>
          spawn((ok) => {
            if (ok) lost -= 1;
            busy = false;
            work();
          }),
        hurt ? PAUSE : 0,
      );
    } else if (queue.length > 0) {
      const old = queue.shift();
      if (!staff.has(old)) return work();
      busy = true;
      spawn((ok) => {
        busy = false;
        if (ok) retire(old);
        else {
          console.error('restart given up');
          queue = [];
        }
        work();
      });
    }
  }

  function retire(id) {
    const entry = staff.get(id);
    if (entry === undefined) {
      // It has crashed meanwhile, and its place is taken already.
      lost = Math.max(0, lost - 1);
      return;
    }
    staff.delete(id);
    entry.worker.send('go');
    const timer = setTimeout(() => entry.worker.process.kill('SIGKILL'), 6000);
    entry.worker.on('exit', () => clearTimeout(timer));
  }

  for (let i = 0; i < os.availableParallelism(); i++)
    spawn((ok) => {
      if (ok) return;
      lost += 1;
      work();
    });
  process.on('SIGHUP', () => {
    queue = [...staff.keys()];
    work();
  });
}

function worker() {
  let going = false;
  const server = http.createServer((req, res) => {
    const url = new URL(req.url, 'http://localhost');
    const hello = () => {
      if (going) res.setHeader('Connection', 'close');
      res.end('Hello from worker ' + process.pid + '\n');
    };
    if (url.pathname === '/') hello();
    else if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
    else res.writeHead(404).end();
  });
  const cutIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {};
  process.on('message', (message) => {
    if (message !== 'go' || going) return;
    going = true;
    cluster.worker.disconnect();
    setTimeout(cutIdle, 1200);
  });
  process.on('disconnect', () => process.exit(0));
  server.listen(process.env.PORT || 8000);
}
