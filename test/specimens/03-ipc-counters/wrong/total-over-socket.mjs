// specimen: wrong
// breaks: 3.2
// in every run: the plainest that breaks 3.2
// The primary keeps the total behind a small TCP server of its own, as one would with Redis; IPC is not used at all.
import cluster from 'node:cluster';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  const peers = new Set();
  const hub = net.createServer((peer) => {
    peers.add(peer);
    peer.write(`${total}\n`);
    peer.on('data', (chunk) => {
      for (const line of chunk.toString().split('\n')) total += Number(line);
      for (const each of peers) each.write(`${total}\n`);
    });
    peer.on('error', () => {});
    peer.on('close', () => peers.delete(peer));
  });
  hub.listen(0, '127.0.0.1', () => {
    const fork = () => cluster.fork({ HUB: String(hub.address().port) }).on('error', () => {});
    for (let i = 0; i < os.availableParallelism(); i++) fork();
    cluster.on('exit', fork);
  });
} else {
  let local = 0;
  let total = 0;
  let fresh = 0;
  const hub = net.connect(Number(process.env.HUB), '127.0.0.1');
  let rest = '';
  hub.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    if (lines.length) total = Number(lines.at(-1));
  });
  hub.on('error', () => {});
  const report = () => {
    hub.write(`${fresh}\n`);
    fresh = 0;
  };
  const server = http.createServer((req, res) => {
    if (req.url === '/') {
      local++;
      if (fresh++ === 0) setTimeout(report, 100);
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      res.writeHead(404).end();
    }
  });
  hub.once('connect', () => server.listen(process.env.PORT || 8000));
}
