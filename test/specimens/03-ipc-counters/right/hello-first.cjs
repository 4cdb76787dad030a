// specimen: right
// A worker says hello when its own listener is attached, and only who has said so is told anything; the protocol is plain text.
'use strict';
const cluster = require('cluster');
const http = require('http');
const os = require('os');

if (cluster.isPrimary) {
  const present = new Set();
  let total = 0;
  let timer = null;

  function tellAll() {
    timer = null;
    for (const worker of present) worker.send(`total=${total}`);
  }

  function onMessage(worker, text) {
    if (text === 'hello') {
      present.add(worker);
      worker.send(`total=${total}`);
      return;
    }
    const report = /^answered=(\d+)$/.exec(text);
    if (report === null) return;
    total += Number(report[1]);
    if (timer === null) timer = setTimeout(tellAll, 150);
  }

  function start() {
    const worker = cluster.fork();
    worker.on('message', (text) => onMessage(worker, text));
    worker.on('error', (error) => console.error('worker %d: %s', worker.id, error.message));
    worker.on('exit', () => {
      present.delete(worker);
      setTimeout(start, 200);
    });
  }

  for (let i = 0; i < os.availableParallelism(); i++) start();
} else {
  let local = 0;
  let unsent = 0;
  let total = 0;

  process.on('message', (text) => {
    const told = /^total=(\d+)$/.exec(text);
    if (told !== null) total = Number(told[1]);
  });
  process.send('hello');

  setInterval(() => {
    if (unsent === 0) return;
    process.send(`answered=${unsent}`);
    unsent = 0;
  }, 150);

  http
    .createServer((req, res) => {
      if (req.method === 'GET' && req.url === '/') {
        local += 1;
        unsent += 1;
        res.end(`Hello from worker ${process.pid}\n`);
      } else if (req.method === 'GET' && req.url === '/stats') {
        res.writeHead(200, { 'Content-Type': 'application/json' });
        res.end(JSON.stringify({ pid: process.pid, local, total }));
      } else {
        res.writeHead(404);
        res.end();
      }
    })
    .listen(process.env.PORT || 8000);
}
