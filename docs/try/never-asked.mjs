// A server is closed while a client has a connection on which it has asked nothing yet. Who cuts it?
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { pause } from './client.mjs';

for (const how of ['closeIdleConnections', 'closeAllConnections']) {
  const server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect(server.address().port, '127.0.0.1');
  await once(server, 'connection');
  client.on('error', () => {});
  let closed = false;
  server.close(() => (closed = true));
  server[how]();
  await pause(500);
  console.log(`${how}()`.padEnd(24), `0.5 s later the server is ${closed ? 'closed' : 'still waiting for its client'}`);
  client.destroy();
  if (!closed) await once(server, 'close');
}
console.log(`(Node ${process.versions.node})`);
