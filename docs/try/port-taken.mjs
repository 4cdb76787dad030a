// The tutorial's worker, with its port taken by somebody else: what it prints, and what is true.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';

if (cluster.isPrimary) {
  // Somebody else: this server has the port, and no worker can get it.
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const seen = { started: 0, listening: 0, died: 0 };
  cluster.on('message', (_worker, message) => seen[message]++);
  cluster.on('exit', () => seen.died++);
  for (let i = 0; i < 2; i++) cluster.fork({ TAKEN: other.address().port });
  while (seen.died < 2) await once(cluster, 'exit');
  console.log(`said "worker started"    ${seen.started}`);
  console.log(`called back by listen    ${seen.listening}`);
  console.log(`died of EADDRINUSE       ${seen.died}`);
  other.close();
} else {
  const server = createServer();
  server.listen(Number(process.env.TAKEN), '127.0.0.1', () => process.send('listening'));
  process.send('started'); // where tutorials print it: the worker has asked for the port, and has no answer yet
  server.on('error', (error) => process.exit(error.code === 'EADDRINUSE' ? 1 : 2));
}
