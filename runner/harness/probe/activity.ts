// Whether a process has anything of its own under way: what may still make it act, by itself or from outside of the program.
import cluster from 'node:cluster';
import { subscribe } from 'node:diagnostics_channel';
import net from 'node:net';
import timersPromises from 'node:timers/promises';
import { isStandIn } from './stand-in.ts';

/** A timer beyond it cannot end a wait of the harness. node:http keeps one of 30 s for each server. */
const LONG_TIMER_MS = 30_000;

/**
 * What may still make the process act and does not show among its active resources by name: timers that were unref'd, and
 * connections that it opened itself, on which somebody outside of the program may answer.
 */
export function watchUnseenActivity(port: number): () => string[] {
  const timers = new Set<Timer>();
  const pipes = new Set<net.Socket>();
  const prototype = Object.getPrototypeOf(setTimeout(() => undefined, 0).unref()) as Timer;
  const unref = prototype.unref;
  prototype.unref = function (this: Timer) {
    if (this._idleTimeout < LONG_TIMER_MS) timers.add(this);
    if (timers.size % 256 === 0) purge();
    return unref.call(this);
  };
  let waits = 0;
  const wait = timersPromises.setTimeout;
  timersPromises.setTimeout = (async (ms?: number, value?: unknown, options?: { ref?: boolean }) => {
    if (options?.ref !== false) return wait(ms, value, options as never);
    waits += 1;
    try {
      return await wait(ms, value, options as never);
    } finally {
      waits -= 1;
    }
  }) as typeof wait;
  subscribe('net.client.socket', (message) => {
    pipes.add((message as { socket: net.Socket }).socket);
    if (pipes.size % 256 === 0) purge();
  });
  function purge(): void {
    for (const timer of timers) if (timer._destroyed || timer.hasRef()) timers.delete(timer);
    for (const pipe of pipes) if (pipe.destroyed) pipes.delete(pipe);
  }
  return () => {
    purge();
    const handles = (process as unknown as { _getActiveHandles: () => unknown[] })._getActiveHandles();
    const outgoing = handles.some(
      (handle) => handle instanceof net.Socket && handle.remotePort !== undefined && handle.localPort !== port,
    );
    return [
      ...(timers.size + waits > 0 ? ['unref’d timer'] : []),
      ...(outgoing || pipes.size > 0 ? ['connection of its own'] : []),
    ];
  };
}

interface Timer {
  _idleTimeout: number;
  _destroyed: boolean;
  hasRef(): boolean;
  unref(): Timer;
}

/** The cluster module keeps a worker alive by a timer that never fires, one for each stand-in. How many there are now. */
export function countStandIns(): () => number {
  type Handle = { close: (...args: unknown[]) => unknown };
  type GetServer = (server: unknown, query: unknown, done: (error: unknown, handle: Handle | null) => void) => void;
  const internals = cluster as unknown as { _getServer: GetServer };
  const getServer = internals._getServer;
  let standIns = 0;
  internals._getServer = function (server, query, done) {
    return getServer.call(this, server, query, (error, handle) => {
      if (handle !== null && isStandIn(handle)) {
        standIns += 1;
        const close = handle.close;
        handle.close = function (...args) {
          standIns -= 1;
          handle.close = close;
          return Reflect.apply(close, this, args) as unknown;
        };
      }
      done(error, handle);
    });
  };
  return () => standIns;
}

export function withoutTimers(resources: readonly string[], count: number): string[] {
  let left = count;
  return resources.filter((resource) => resource !== 'Timeout' || left-- <= 0);
}
