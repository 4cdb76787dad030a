// The cluster's own events, in the primary (forks, lives and ends of workers, connections dealt) and in its workers (listening).
import cluster, { type Worker } from 'node:cluster';
import net from 'node:net';
import type { Say } from './channel.ts';
import { call, wrap } from './wrap.ts';

export function watchCluster(
  port: number,
  say: Say,
  forked: (worker: Worker) => void,
  handed: (worker: Worker, port: number) => void,
): void {
  wrap(cluster, 'fork', (fork, self, args) => {
    const worker = call(fork, self, args) as Worker;
    const workerPid = worker.process.pid ?? 0;
    say({ say: 'fork', worker: worker.id, workerPid });
    watchEvents(worker, {
      online: () => say({ say: 'online', worker: worker.id, workerPid }),
      disconnect: () => say({ say: 'disconnect', worker: worker.id, workerPid }),
      listening: ({ address = null, port: on }) =>
        say({ say: 'listening', worker: worker.id, workerPid, address, port: Number(on) }),
    });
    watchHandovers(worker, handed);
    watchProcess(worker, {
      closed: (of) => of === port && say({ say: 'closed', worker: worker.id, workerPid }),
      exit: (code, signal) =>
        say({
          say: 'exit',
          worker: worker.id,
          workerPid,
          code,
          signal,
          planned: worker.exitedAfterDisconnect === true,
        }),
    });
    forked(worker);
    return worker;
  });
}

interface Told {
  readonly online: () => void;
  readonly disconnect: () => void;
  readonly listening: (at: { readonly address?: string; readonly port: number }) => void;
}

/**
 * Told by what is put in front of `emit`, not by listeners: their number and order stay the program's. A worker emits before
 * the cluster does, and so nothing that the program does about an event is earlier than what is told of it.
 */
function watchEvents(worker: Worker, told: Told): void {
  wrap(worker, 'emit', (emit, self, args) => {
    const [name, at] = args;
    if (name === 'online' || name === 'disconnect') told[name]();
    else if (name === 'listening') told.listening(at as Parameters<Told['listening']>[0]);
    return call(emit, self, args);
  });
}

interface TcpHandle {
  getpeername?: (out: { port?: number }) => number;
}

/** Under round robin the primary deals each connection by an internal message that carries the connection's handle. */
function watchHandovers(worker: Worker, handed: (worker: Worker, port: number) => void): void {
  wrap(worker.process, 'send', (send, self, args) => {
    const message = args[0] as { cmd?: unknown; act?: unknown } | null;
    if (message?.cmd === 'NODE_CLUSTER' && message.act === 'newconn') {
      const peer: { port?: number } = {};
      (args[1] as TcpHandle | undefined)?.getpeername?.(peer);
      if (peer.port !== undefined) handed(worker, peer.port);
    }
    return call(send, self, args);
  });
}

interface Heard {
  /** The worker's server was closed, which listened on this port. */
  readonly closed: (port: number) => void;
  readonly exit: (code: number | null, signal: string | null) => void;
}

/**
 * A worker whose server is closed tells the primary so by an internal message, whose key names the port. Its exit is told
 * before any of the program's listeners hears of it: one of them may end the primary.
 */
function watchProcess(worker: Worker, { closed, exit }: Heard): void {
  wrap(worker.process, 'emit', (emit, self, args) => {
    const [name, first, second] = args as [string, unknown, unknown];
    if (name === 'exit') exit(first as number | null, (second as string | null) ?? null);
    const message = name === 'internalMessage' ? (first as { act?: unknown; key?: unknown } | null) : null;
    if (message?.act === 'close') for (const part of String(message.key).split(':')) closed(Number(part));
    return call(emit, self, args);
  });
}

/**
 * The moment in which a worker's server listens, before the program is told of it (so that whatever it does then comes
 * later), and whether it wanted the port for itself alone: then it binds it past the cluster, which knows nothing of it.
 */
export function watchListen(say: Say): void {
  wrap(net.Server.prototype, 'listen', (listen, self, args) => {
    const server = self as net.Server;
    const options = args[0] as { exclusive?: boolean; reusePort?: boolean } | null | undefined;
    const alone = typeof options === 'object' && (options?.exclusive === true || options?.reusePort === true);
    server.once('listening', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object')
        say({ say: alone ? 'bound' : 'serving', port: address.port });
    });
    return call(listen, self, args);
  });
}
