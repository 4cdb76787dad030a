// A small HTTP client for the programs of this folder: one request, and what became of it.
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';

/**
 * Sends `GET path` to 127.0.0.1. Gives `{ body, socket }`, or `{ error }` with the code of the failure.
 * Without an agent the connection is a fresh one and is closed after the answer.
 */
export function ask(port, path = '/', { agent = false, timeoutMs = 3000 } = {}) {
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, path, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (piece) => (body += piece));
      response.on('end', () => resolve({ body: body.trim(), headers: response.headers }));
      response.on('error', (error) => resolve({ error: error.code }));
    });
    sent.setTimeout(timeoutMs, () => sent.destroy(Object.assign(new Error('no answer'), { code: 'HANGING' })));
    sent.on('error', (error) => resolve({ error: error.code ?? error.message }));
    sent.end();
  });
}

/** Waits until the worker listens, and gives the port. With `listen(0)` the primary learns it here. */
export async function portOf(worker) {
  const [address] = await once(worker, 'listening');
  return address.port;
}

/**
 * Kills workers, whatever they do at the moment, and waits until they are gone. What the primary may be writing to one of
 * them is an 'error' of that worker then, which would end the primary if nobody listened for it.
 */
export async function kill(workers) {
  const gone = workers.map((worker) => new Promise((resolve) => worker.on('error', () => {}).once('exit', resolve)));
  for (const worker of workers) worker.process.kill('SIGKILL');
  await Promise.all(gone);
}

/** A port that was free a moment ago, for programs whose workers have to ask for the same one by its number. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Names for pids, in the order in which they turn up: A, B, C, … */
export function letters() {
  const names = new Map();
  return (pid) => {
    if (!names.has(pid)) names.set(pid, String.fromCharCode(65 + names.size));
    return names.get(pid);
  };
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
