// specimen: wrong
// breaks: 5.1
// may break: 5.2 5.3 5.4 5.5 5.6
// Who has not been heard of for 600 ms is dead: workers send heartbeats, and one that boots slowly sends none.
'use strict';
const cluster = require('node:cluster');
const http = require('node:http');
const { availableParallelism } = require('node:os');

const BEAT = 150;
const SILENCE = 600;

function primary() {
  const known = new Map();
  const publish = () => {
    const list = [...known.values()].map(({ heard, worker, ...row }) => row);
    for (const { worker } of known.values()) if (worker.isConnected()) worker.send({ list }, () => {});
  };
  const launch = () => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    known.set(worker.id, {
      id: worker.id,
      pid: worker.process.pid,
      state: 'forked',
      code: null,
      signal: null,
      planned: null,
      heard: Infinity,
      worker,
    });
    publish();
  };
  const change = (worker, state) => {
    const row = known.get(worker.id);
    if (row.code !== null || row.signal !== null) return;
    row.state = state;
    row.heard = Date.now();
    publish();
  };
  cluster.on('online', (worker) => change(worker, 'online'));
  cluster.on('listening', (worker) => change(worker, 'listening'));
  cluster.on('disconnect', (worker) => change(worker, 'disconnected'));
  cluster.on('message', (worker, message) => {
    if (message === 'beat') known.get(worker.id).heard = Date.now();
  });
  cluster.on('exit', (worker, code, signal) => {
    const row = known.get(worker.id);
    Object.assign(row, { state: 'exited', code, signal, planned: worker.exitedAfterDisconnect });
    publish();
    if (!worker.exitedAfterDisconnect) launch();
  });
  setInterval(() => {
    for (const row of known.values()) {
      if (row.state === 'exited' || row.state === 'forked' || Date.now() - row.heard < SILENCE) continue;
      row.state = 'exited';
      row.planned = false;
      publish();
    }
  }, BEAT);
  for (let i = 0; i < availableParallelism(); i++) launch();
}

function worker() {
  let list = [];
  process.on('message', (message) => {
    if (message.list) list = message.list;
  });
  process.on('disconnect', () => process.exit());
  setInterval(() => process.connected && process.send('beat'), BEAT);
  http
    .createServer((req, res) => {
      const url = new URL(req.url, 'http://localhost');
      const hello = () => res.end(`Hello from worker ${process.pid}\n`);
      if (url.pathname === '/') hello();
      else if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
      else if (url.pathname === '/workers') res.end(JSON.stringify(list));
      else if (url.pathname === '/exit') res.end('bye', () => process.exit(Number(url.searchParams.get('code'))));
      else if (url.pathname === '/leave') res.end('bye', () => cluster.worker.disconnect());
      else res.writeHead(404).end();
    })
    .listen(process.env.PORT || 8000);
}

cluster.isPrimary ? primary() : worker();
