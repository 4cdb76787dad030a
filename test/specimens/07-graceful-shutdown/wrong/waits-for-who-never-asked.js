// specimen: wrong
// breaks: 7.2
// may break: 7.3
// HTTP by hand. It closes each connection after its last answer; one on which nothing has been asked yet never has an answer.
import cluster from 'node:cluster';
import net from 'node:net';
import os from 'node:os';

if (cluster.isPrimary) {
  let since = null;
  let code = 0;
  const alive = () => Object.values(cluster.workers).filter((worker) => !worker.isDead());
  const fork = () => since ?? cluster.fork().on('error', () => {});
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
      setTimeout(kill, 5000);
    } else if (Date.now() - since > 400) kill();
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  for (let i = 0; i < os.availableParallelism(); i++) fork();
} else {
  const inHand = new Map();
  let leaving = false;
  const server = net.createServer((socket) => {
    let text = '';
    socket.on('close', () => inHand.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk;
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const path = text.split(' ')[1];
      const keep = !/^connection: close/im.test(text);
      text = text.slice(end + 4);
      inHand.set(socket, true);
      setTimeout(() => {
        const body = `Hello from worker ${process.pid}\n`;
        const last = leaving || !keep;
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: ${last ? 'close' : 'keep-alive'}\r\n\r\n${body}`,
        );
        inHand.set(socket, false);
        if (last) socket.end();
      }, Number(/^\/slow\?ms=(\d+)$/.exec(path)?.[1] ?? 0));
    });
  });
  process.on('message', () => {
    leaving = true;
    setTimeout(() => {
      server.close(() => process.exit());
      for (const [socket, busy] of inHand) if (!busy) socket.end();
    }, 1000);
  });
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT || 8000);
}
