// specimen: right
// in every run: HTTP by hand
// HTTP by hand on node:net: it knows each of its sockets, so that it can end those on which nothing is in hand.
import cluster from 'node:cluster';
import net from 'node:net';
import os from 'node:os';

if (cluster.isPrimary) {
  let since = null;
  let code = 0;
  const alive = () => Object.values(cluster.workers).filter((worker) => !worker.isDead());

  const fork = () => {
    if (since !== null) return;
    const worker = cluster.fork();
    worker.on('error', () => {});
  };
  cluster.on('exit', () => {
    if (since === null) setTimeout(fork, 100);
    else if (alive().length === 0) process.exit(code);
  });

  const kill = () => {
    code = 1;
    for (const worker of alive()) worker.process.kill('SIGKILL');
  };
  const end = () => {
    if (since === null) {
      since = Date.now();
      for (const worker of alive()) worker.send('bye');
      setTimeout(kill, 4800);
    } else if (Date.now() - since > 400) kill();
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  for (let i = 0; i < os.availableParallelism(); i++) fork();
} else {
  /** Sockets, with how many requests are in hand on each. */
  const sockets = new Map();
  let leaving = false;
  let cutting = false;

  const server = net.createServer((socket) => {
    let text = '';
    sockets.set(socket, 0);
    socket.on('close', () => {
      sockets.delete(socket);
      if (cutting && sockets.size === 0) process.exit();
    });
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      let end;
      while ((end = text.indexOf('\r\n\r\n')) >= 0) {
        const [, path] = text.split(' ', 2);
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        const keep = !/^connection: close/im.test(head);
        sockets.set(socket, sockets.get(socket) + 1);
        const slow = /^\/slow\?ms=(\d+)$/.exec(path);
        if (slow) setTimeout(answer, Number(slow[1]), socket, 200, keep);
        else answer(socket, path === '/' ? 200 : 404, keep);
      }
    });
  });

  function answer(socket, status, keep) {
    if (!sockets.has(socket)) return;
    const body = status === 200 ? `Hello from worker ${process.pid}\n` : 'Not found\n';
    const last = leaving || !keep;
    const lines = [
      `HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Not Found'}`,
      `Content-Length: ${body.length}`,
      `Connection: ${last ? 'close' : 'keep-alive'}`,
    ];
    const inHand = sockets.get(socket) - 1;
    sockets.set(socket, inHand);
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
    if (last && inHand === 0) socket.end();
  }

  function leave() {
    if (leaving) return;
    leaving = true;
    setTimeout(() => {
      cutting = true;
      server.close();
      for (const [socket, inHand] of sockets) if (inHand === 0) socket.destroy();
      if (sockets.size === 0) process.exit();
    }, 1000);
  }

  process.on('message', (message) => message === 'bye' && leave());
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT || 8000);
}
