// specimen: right
// No rounds and no queue: a wanted state, and one function that takes one step towards it at every event, as Kubernetes' controllers do.
import cluster, { type Worker } from 'node:cluster';
import { createServer, Server, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

type Member = { readonly worker: Worker; readonly generation: number; listening: boolean };

if (cluster.isPrimary) primary();
else worker(Number(process.env.GENERATION));

function primary(): void {
  const wanted = { size: availableParallelism(), generation: 0 };
  const crew = new Set<Member>();

  process.on('SIGHUP', () => {
    wanted.generation += 1;
    reconcile();
  });
  reconcile();

  function reconcile(): void {
    const members = [...crew];
    const stale = members.find(({ generation }) => generation < wanted.generation);
    if (members.some(({ listening }) => !listening)) return;
    if (stale && members.length > wanted.size) dismiss(stale);
    else if (stale || members.length < wanted.size) hire();
  }

  function hire(): void {
    const { generation } = wanted;
    const member: Member = { worker: cluster.fork({ GENERATION: generation }), generation, listening: false };
    crew.add(member);
    member.worker.on('error', (error) => console.error(error.message));
    member.worker.once('listening', () => {
      member.listening = true;
      reconcile();
    });
    member.worker.once('exit', () => {
      crew.delete(member);
      setTimeout(reconcile, member.listening ? 0 : 1000);
    });
  }

  function dismiss(member: Member): void {
    crew.delete(member);
    member.worker.disconnect();
    const deadline = setTimeout(() => member.worker.process.kill('SIGKILL'), 6000);
    member.worker.once('exit', () => clearTimeout(deadline));
    reconcile();
  }
}

function worker(generation: number): void {
  let leaving = false;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') hello(response);
    else if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms')), response);
    else response.writeHead(404).end();
  });

  function hello(response: ServerResponse): void {
    response.setHeader('x-generation', generation);
    if (leaving) response.setHeader('connection', 'close');
    response.end(`Hello from worker ${process.pid}\n`);
  }

  // disconnect() closes the server, which asks itself to cut what is idle: here that waits, until who is busy has been told.
  server.closeIdleConnections = () => {
    leaving = true;
    setTimeout(() => Server.prototype.closeIdleConnections.call(server), 1000);
  };
  process.on('disconnect', () => process.exit());
  server.listen(Number(process.env.PORT ?? 8000));
}
