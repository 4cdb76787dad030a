// Leaves as the workers of lesson 4 do, when PM2 (SIGINT) or recluster (a message) tells it to go.
import cluster from 'node:cluster';
import { createServer, Server } from 'node:http';

const GRACE_MS = 1000;
let leaving = false;

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const hello = () => {
    if (leaving) response.setHeader('Connection', 'close');
    response.end(`Hello from worker ${process.pid}\n`);
  };
  if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms')));
  else hello();
}).listen(process.env.PORT);

// disconnect() closes the server, which cuts what looks idle: not before busy clients have been told that it goes.
server.closeIdleConnections = () => {};

function leave() {
  if (leaving) return false;
  setTimeout(() => Server.prototype.closeIdleConnections.call(server), GRACE_MS);
  return (leaving = true);
}

process.on('SIGINT', () => leave() && cluster.worker.disconnect());
// recluster disconnects the worker itself, and a second time would not wait for what is in hand
process.on('message', (message) => message?.cmd === 'disconnect' && leave());
process.on('disconnect', () => process.exit());
