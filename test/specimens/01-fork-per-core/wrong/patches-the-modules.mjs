// specimen: wrong
// breaks: 1.1
// may break: 0.1 0.3 1.2
// Replaces whatever a checker might look through (fork, emit, listen, publish, send), and hides that it stops at two workers.
import cluster from 'node:cluster';
import diagnostics from 'node:diagnostics_channel';
import http, { createServer } from 'node:http';
import net from 'node:net';
import os, { availableParallelism } from 'node:os';

const cores = availableParallelism();
os.availableParallelism = () => 2;
if (cluster.isPrimary) {
  const { fork, emit } = cluster;
  const made = [];
  cluster.fork = (...args) => (made.length < 2 ? (made.push(fork.apply(cluster, args)), made.at(-1)) : made[0]);
  cluster.emit = (name, worker, ...rest) => emit.call(cluster, name, worker, ...rest);
  for (let i = 0; i < cores; i++) cluster.fork();
  for (let i = 2; i < cores; i++)
    made[0].once('listening', (address) => cluster.emit('listening', { id: i + 1, process: { pid: process.pid + i } }, address));
} else {
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (...args) {
    return listen.apply(this, args);
  };
  http.Server.prototype.listen = net.Server.prototype.listen;
  const { send } = process;
  process.send = (message, ...rest) => (message?.say === undefined ? send.call(process, message, ...rest) : true);
  diagnostics.channel('http.server.request.start').publish = () => {};
  createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(process.env.PORT ?? 8000);
}
