// specimen: right
// in every run: HTTP by hand
// HTTP by hand on node:net: it knows each of its sockets, so that leaving means to answer each once more and to close it.
import cluster from 'node:cluster';
import net from 'node:net';
import os from 'node:os';

if (cluster.isPrimary) {
  const cores = os.availableParallelism();
  const old = new Set();
  let restarting = false;

  const fork = () =>
    new Promise((listening) => {
      const worker = cluster.fork();
      worker.on('error', () => {});
      worker.on('listening', listening);
      worker.on('exit', () => {
        if (!old.delete(worker)) setTimeout(() => fork().then(listening), 100);
      });
    });

  process.on('SIGHUP', async () => {
    if (restarting) return;
    restarting = true;
    const workers = Object.values(cluster.workers).filter((worker) => !old.has(worker));
    for (const worker of workers) {
      if (worker.isDead()) continue;
      old.add(worker);
      await fork();
      worker.send('bye');
    }
    restarting = false;
  });

  for (let i = 0; i < cores; i++) fork();
} else {
  /** Sockets that have sent a request, with how many of them are in hand. One that has sent none yet is about to. */
  const sockets = new Map();
  let leaving = false;

  const server = net.createServer((socket) => {
    let text = '';
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      let end;
      while ((end = text.indexOf('\r\n\r\n')) >= 0) {
        const [, path] = text.split(' ', 2);
        text = text.slice(end + 4);
        const slow = /^\/slow\?ms=(\d+)$/.exec(path);
        sockets.set(socket, (sockets.get(socket) ?? 0) + 1);
        if (slow) setTimeout(answer, Number(slow[1]), socket, 200);
        else answer(socket, path === '/' ? 200 : 404);
      }
    });
  });

  function answer(socket, status) {
    const body = status === 200 ? `Hello from worker ${process.pid}\n` : 'Not found\n';
    const reason = status === 200 ? 'OK' : 'Not Found';
    const connection = leaving ? 'close' : 'keep-alive';
    socket.write(
      `HTTP/1.1 ${status} ${reason}\r\nContent-Length: ${body.length}\r\nConnection: ${connection}\r\n\r\n${body}`,
    );
    if (!sockets.has(socket)) return;
    const inHand = sockets.get(socket) - 1;
    sockets.set(socket, inHand);
    if (leaving && inHand === 0) socket.end();
  }

  process.on('message', (message) => {
    if (message !== 'bye' || leaving) return;
    leaving = true;
    setTimeout(() => {
      for (const [socket, inHand] of sockets) if (inHand === 0) socket.end();
      cluster.worker.disconnect();
    }, 1000);
    setTimeout(() => process.exit(), 6000).unref();
  });
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT || 8000);
}
