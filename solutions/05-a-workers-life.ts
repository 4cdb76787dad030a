// Lesson 5 · A worker's life: the primary writes down what the cluster's events tell of each worker, and every worker can tell it.
import cluster from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.PORT ?? 8000);

interface Entry {
  readonly id: number;
  readonly pid: number | undefined;
  state: 'forked' | 'online' | 'listening' | 'disconnected' | 'exited';
  code: number | null;
  signal: string | null;
  /** Whether it went of its own accord; null until it has exited. */
  planned: boolean | null;
}

/** In the primary: all workers ever forked, in the order of their ids. In a worker: what it was told last. */
let register: Entry[] = [];

if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

function startPrimary(): void {
  for (let i = 0; i < availableParallelism(); i++) forkWorker();
}

function forkWorker(): void {
  const worker = cluster.fork();
  const entry: Entry = {
    id: worker.id,
    pid: worker.process.pid,
    state: 'forked',
    code: null,
    signal: null,
    planned: null,
  };
  // Ids count up, so the order of forks is that of ids.
  register.push(entry);
  tellAll();

  // One that dies before it listens would be forked again as fast as the machine can: that one's successor waits.
  let backoffMs = 1000;
  worker.on('online', () => reach('online'));
  worker.on('listening', () => {
    backoffMs = 0;
    reach('listening');
  });
  worker.on('disconnect', () => reach('disconnected'));
  worker.on('exit', (code, signal) => {
    const planned = worker.exitedAfterDisconnect;
    // Where a signal has ended a process, it has no code, whatever the types say.
    Object.assign(entry, { code, signal, planned });
    reach('exited');
    // Whoever asked to go is not missed. The code does not tell: a crash may well end with 0.
    if (!planned) setTimeout(forkWorker, backoffMs);
  });

  // A message to a worker that has just died fails, and an 'error' that nobody listens for would end the primary.
  worker.on('error', () => {});

  function reach(state: Entry['state']): void {
    // 'disconnect' may come late, or not at all. Nothing follows the end.
    if (entry.state === 'exited') return;
    entry.state = state;
    tellAll();
  }
}

/** The whole register, at each event, to all that can hear: also to the worker that has just come to listen. */
function tellAll(): void {
  for (const { id, state } of register) if (state === 'listening') cluster.workers?.[id]?.send({ register });
}

function startWorker(): void {
  let leaving = false;

  process.on('message', (message) => {
    if (isRegister(message)) register = message.register;
  });

  // A worker that has said goodbye would outlive a primary that is killed: nobody would be left to tell it anything.
  process.on('disconnect', () => process.exit());

  const server = createServer((request, response) => {
    const [path, query] = (request.url ?? '').split('?');
    const asked = new URLSearchParams(query);
    switch (`${request.method} ${path}`) {
      case 'GET /':
        hello(response);
        break;
      case 'GET /slow':
        setTimeout(hello, Number(asked.get('ms')), response);
        break;
      case 'GET /workers':
        answer(response, JSON.stringify(register), 'application/json');
        break;
      case 'GET /exit': {
        const code = Number(asked.get('code') ?? NaN);
        if (!Number.isInteger(code) || code < 0 || code > 255) {
          response.writeHead(400).end('A code is a whole number from 0 to 255\n');
          break;
        }
        // When the answer is out, and not before.
        response.on('finish', () => process.exit(code));
        answer(response, `worker ${process.pid} exits with code ${code}\n`);
        break;
      }
      case 'GET /leave':
        leaving = true;
        response.on('finish', () => cluster.worker?.disconnect());
        answer(response, `worker ${process.pid} leaves\n`);
        break;
      default:
        response.writeHead(404).end('Not found\n');
    }
  });

  function hello(response: ServerResponse): void {
    answer(response, `Hello from worker ${process.pid}\n`);
  }

  function answer(response: ServerResponse, body: string, type = 'text/plain'): void {
    // A client that keeps its connection would keep this worker.
    if (leaving) response.setHeader('Connection', 'close');
    response.setHeader('Content-Type', type);
    response.end(body);
  }

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}

/** Others may send messages too. */
function isRegister(message: unknown): message is { readonly register: Entry[] } {
  return typeof message === 'object' && message !== null && 'register' in message && Array.isArray(message.register);
}
