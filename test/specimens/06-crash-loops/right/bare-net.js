// specimen: right
// HTTP by hand on node:net, and a primary that remembers the times of the last deaths: after five in five seconds it waits until the oldest is forgotten.
import cluster from 'node:cluster';
import net from 'node:net';
import os from 'node:os';

if (cluster.isPrimary) {
  const cores = os.availableParallelism();
  const deaths = [];
  const up = new Set();
  let todo = [];
  let working = false;

  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  const bear = () =>
    new Promise((resolve) => {
      const worker = cluster.fork();
      const alarm = setTimeout(() => worker.process.kill('SIGKILL'), 6000);
      worker.on('error', () => {});
      worker.on('listening', () => {
        clearTimeout(alarm);
        up.add(worker);
        resolve(true);
      });
      worker.on('exit', () => {
        clearTimeout(alarm);
        resolve(false);
        if (up.delete(worker)) work();
        else if (!worker.told) deaths.push(Date.now());
      });
    });

  async function work() {
    if (working) return;
    working = true;
    while (up.size < cores || todo.length > 0) {
      while (deaths.length > 0 && Date.now() - deaths[0] > 5000) deaths.shift();
      if (deaths.length >= 5) {
        await wait(200);
        continue;
      }
      const before = up.size;
      const ok = await bear();
      if (!ok) {
        todo = [];
        await wait(300);
        continue;
      }
      if (before < cores) continue;
      const old = todo.shift();
      if (old === undefined || !up.delete(old)) continue;
      old.told = true;
      old.send('bye');
    }
    working = false;
  }

  process.on('SIGHUP', () => {
    todo = [...up];
    work();
  });
  working = true;
  await Promise.all(Array.from({ length: cores }, bear));
  working = false;
  work();
} else {
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
    const connection = leaving ? 'close' : 'keep-alive';
    socket.write(`HTTP/1.1 ${status} OK\r\nContent-Length: ${body.length}\r\nConnection: ${connection}\r\n\r\n${body}`);
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
