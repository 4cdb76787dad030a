// A Redis server of this run's own: nothing of it is kept, and it is gone when the run is over, however that ends.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NoPort } from '../place.ts';
import { freePort, releasePort } from '../port.ts';
import { isStopped, listProcesses, startOf } from '../processes.ts';
import type { OpenedStore, StoreOptions, Unavailable } from './store.ts';
import { MARKER } from '../tree.ts';

const ABSENT: Unavailable = {
  what: 'there is no redis-server on this machine',
  next: 'to have it judged with Redis too: apt-get install redis-server, or brew install redis',
};
const STARTED_MS = 10_000;
const STOPPED_MS = 1000;

/** Rejects with NoPort, or where the server ends at once. */
export async function startRedis({ folder, run, guard, ports }: StoreOptions): Promise<OpenedStore | Unavailable> {
  const port = await freePort(ports);
  if (typeof port !== 'number') throw new NoPort(port);
  const own = path.join(folder, 'redis');
  mkdirSync(own, { recursive: true });
  // another one than the program's, whose tree this server is no part of
  const marker = `${run}-redis`;
  guard.watch(marker);
  const server = await start(port, own, marker);
  if (server === null) {
    guard.forget(marker);
    releasePort(port);
    return ABSENT;
  }
  const pid = server.pid as number;
  guard.watch(marker, { pid, startedAt: startOf(pid) ?? 0 });
  const gone = once(server, 'exit');

  async function end(): Promise<void> {
    if (isRunning(server as ChildProcess)) {
      (server as ChildProcess).kill('SIGKILL');
      await gone;
    }
    guard.forget(marker);
    releasePort(port as number);
  }

  try {
    await answering(server, port);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    env: { REDIS_URL: `redis://127.0.0.1:${port}` },
    pid,
    async freeze() {
      if (!server.kill('SIGSTOP')) return false;
      for (const since = performance.now(); performance.now() - since < STOPPED_MS; await pause(2)) {
        const now = (await listProcesses()).find((one) => one.pid === pid);
        if (now !== undefined && isStopped(now)) return true;
      }
      return false;
    },
    thaw: async () => isRunning(server) && server.kill('SIGCONT'),
    end,
  };
}

/** Null where there is none to start. */
async function start(port: number, dir: string, marker: string): Promise<ChildProcess | null> {
  const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir, daemonize: 'no' };
  const server = spawn(
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    // a group of its own: Ctrl-C in the terminal ends the check, and the check ends its server
    { stdio: 'ignore', detached: true, env: { ...process.env, [MARKER]: marker } },
  );
  return new Promise((resolve, reject) => {
    server.once('spawn', () => resolve(server));
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(null) : reject(error)));
  });
}

async function answering(server: ChildProcess, port: number): Promise<void> {
  for (const since = performance.now(); performance.now() - since < STARTED_MS; await pause(10)) {
    if (!isRunning(server)) throw new Error(`redis-server ended with code ${server.exitCode} as it started`);
    if (await pong(port)) return;
  }
  throw new Error(`redis-server did not answer within ${STARTED_MS} ms`);
}

function pong(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    const tell = (said: boolean): void => {
      socket.destroy();
      resolve(said);
    };
    socket.setTimeout(1000, () => tell(false));
    socket.on('data', (bytes) => tell(bytes.toString().startsWith('+PONG')));
    socket.on('error', () => tell(false));
  });
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
