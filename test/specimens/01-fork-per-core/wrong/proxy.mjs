// specimen: wrong
// breaks: 1.4
// may break: 0.1 0.3 0.4 1.1 1.2 1.3 1.5
// A reverse proxy in the primary, before workers on ports of their own: nginx's design within one program.
import cluster from 'node:cluster';
import { createServer, request as ask } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const ports = [];
  let turn = 0;
  cluster.on('message', (worker, port) => ports.push(port));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();

  createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const onward = ask(
      { host: '127.0.0.1', port: ports[turn++ % ports.length], method, path: url, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  }).listen(process.env.PORT ?? 8000);
} else {
  const server = createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`));
  server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => process.send(server.address().port));
}
