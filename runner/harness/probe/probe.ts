// Preloaded into every Node process of the program under judgement (NODE_OPTIONS=--require). It sets what the program
// sees of the machine, and reports what happens inside: the cluster's events, messages, connections, requests, errors.
// It must cost little, change nothing that the program could notice by accident, and never keep a process alive.
import { ChildProcess } from 'node:child_process';
import cluster, { type Worker } from 'node:cluster';
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import Module, { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import { performance } from 'node:perf_hooks';
import timersPromises from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { openChannel, type Say } from './channel.ts';
import { countMessages } from './ipc.ts';
import type { Order, ProbeSettings } from './messages.ts';

const FLUSH_MS = 50;

const settingsFile = process.env.WORKBOOK_PROBE;
if (settingsFile !== undefined) {
  const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as ProbeSettings;
  // Preloads run in worker threads too: they see the same machine, and their process is already witnessed.
  if (isMainThread) attach(settings);
  else showCores(settings);
}

function attach(settings: ProbeSettings): void {
  const channel = openChannel(settings.socket, obey);
  const say = channel.say;
  const role = cluster.isWorker
    ? 'worker'
    : process.ppid === Number(process.env.WORKBOOK_CHECKER)
      ? 'primary'
      : 'other';
  const worker = cluster.worker?.id ?? null;
  say({ say: 'hello', ppid: process.ppid, role, worker, forked: process.connected === true });

  showCores(settings);
  redirectModules(settings);
  process.on('uncaughtExceptionMonitor', (error: unknown) => {
    say({ say: 'uncaught', error: String(error), stack: error instanceof Error ? String(error.stack) : '' });
  });

  const messages = countMessages(say);
  const connections = countConnections(settings, say);
  let each = false;
  const flush = (): void => {
    messages.flush();
    connections.flush();
  };
  process.on('exit', flush);

  if (role === 'worker') messages.watchWorker();
  else if (role === 'primary') {
    watchCluster(settings.port, say, (forked) => messages.watchPrimary(forked), connections.handed);
  }
  if (role === 'worker') watchListen(say);
  if (role === 'worker') watchForks(say);
  // before unref'd timers are watched
  setInterval(flush, FLUSH_MS).unref();
  const unseen = watchUnseenActivity(settings.port);
  const standIns = role === 'worker' ? countStandIns() : () => 0;
  syncBuiltinESMExports();

  function obey(order: Order): void {
    const done = (ok: boolean, detail = ''): void => say({ say: 'done', order: order.order, ok, detail });
    switch (order.do) {
      case 'mode':
        each = order.each;
        messages.setEach(each);
        connections.setEach(each);
        return done(true);
      case 'flush':
        flush();
        return done(true);
      case 'look':
        return say({
          say: 'done',
          order: order.order,
          ok: true,
          detail: '',
          resources: [...withoutTimers(process.getActiveResourcesInfo(), standIns()), ...unseen()],
          cpuMs: mainThreadCpuMs(),
        });
      case 'junk':
        return messages.junk(order.worker, order.messages, done);
      case 'hold':
        return messages.hold(order.worker, order.on, done);
      case 'late-exit':
        return messages.lateExit(order.worker, order.ms, done);
    }
  }
}

function showCores({ cores, cpus }: ProbeSettings): void {
  const one = os.cpus()[0];
  const availableParallelism = (): number => cores;
  // os functions convert to their value (`+os.availableParallelism`), as the real ones do
  Object.defineProperty(availableParallelism, Symbol.toPrimitive, { value: () => cores });
  os.availableParallelism = availableParallelism;
  os.cpus = () =>
    Array.from({ length: cpus }, () => ({
      model: one?.model ?? 'cpu',
      speed: one?.speed ?? 0,
      times: { ...(one?.times ?? { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 }) },
    }));
  if (typeof navigator !== 'undefined') {
    Object.defineProperty(Object.getPrototypeOf(navigator), 'hardwareConcurrency', {
      get: () => cores,
      configurable: true,
      enumerable: true,
    });
  }
  syncBuiltinESMExports();
}

/** Lets the program's own path run what was made of it. Node's own comment on Module._findPath: "monkey-patchable here". */
function redirectModules({ shadows }: ProbeSettings): void {
  const internals = Module as unknown as {
    _findPath: (request: string, paths: unknown, isMain: boolean) => string | false;
  };
  const find = internals._findPath;
  internals._findPath = function (request, paths, isMain) {
    const found = find.call(this, request, paths, isMain);
    return found === false ? found : (shadows[found] ?? found);
  };
  if (Object.keys(shadows).length > 0) process.setSourceMapsEnabled(true);
}

function watchCluster(
  port: number,
  say: Say,
  forked: (worker: Worker) => void,
  handed: (worker: Worker, port: number) => void,
): void {
  const fork = cluster.fork;
  cluster.fork = function (this: typeof cluster, env?: unknown) {
    const worker = Reflect.apply(fork, this, [withProbe(env as NodeJS.ProcessEnv | undefined)]) as Worker;
    const workerPid = worker.process.pid ?? 0;
    say({ say: 'fork', worker: worker.id, workerPid });
    watchHandovers(worker, handed);
    watchClosing(worker, port, () => say({ say: 'closed', worker: worker.id, workerPid }));
    forked(worker);
    return worker;
  };
  // Listening by prepending to emit, not by adding listeners: listenerCount and the order of listeners stay the program's.
  const emit = cluster.emit;
  cluster.emit = function (this: typeof cluster, name: string | symbol, ...args: unknown[]): boolean {
    const worker = args[0] as Worker | undefined;
    if (worker !== undefined && typeof worker.id === 'number') {
      const who = { worker: worker.id, workerPid: worker.process.pid ?? 0 };
      if (name === 'online' || name === 'disconnect') say({ say: name, ...who });
      else if (name === 'listening') {
        const at = args[1] as { address?: string; port: number };
        say({ say: 'listening', ...who, address: at.address ?? null, port: Number(at.port) });
      } else if (name === 'exit') {
        say({
          say: 'exit',
          ...who,
          code: args[1] as number | null,
          signal: (args[2] as string | null) ?? null,
          planned: worker.exitedAfterDisconnect === true,
        });
      }
    }
    return Reflect.apply(emit, this, [name, ...args]) as boolean;
  } as typeof cluster.emit;
}

const INHERITED = ['NODE_OPTIONS', 'WORKBOOK_PROBE', 'WORKBOOK_CHECKER', 'WORKBOOK_RUN'] as const;
const inherited = Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));

/** A program may give its workers options of their own (a limit of memory, say): the probe comes along all the same. */
function withProbe(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = env.NODE_OPTIONS ?? process.env.NODE_OPTIONS ?? '';
  const preload = inherited.NODE_OPTIONS ?? '';
  return { ...env, ...inherited, NODE_OPTIONS: own.includes(preload) ? own : `${preload} ${own}`.trim() };
}

interface TcpHandle {
  getpeername?: (out: { port?: number }) => number;
}

/** Under round robin the primary deals each connection by an internal message that carries the connection's handle. */
function watchHandovers(worker: Worker, handed: (worker: Worker, port: number) => void): void {
  const child = worker.process;
  const send = child.send as (...args: unknown[]) => boolean;
  child.send = function (this: unknown, ...args: unknown[]): boolean {
    const message = args[0] as { cmd?: unknown; act?: unknown } | null;
    if (message?.cmd === 'NODE_CLUSTER' && message.act === 'newconn') {
      const peer: { port?: number } = {};
      (args[1] as TcpHandle | undefined)?.getpeername?.(peer);
      if (peer.port !== undefined) handed(worker, peer.port);
    }
    return Reflect.apply(send, this, args) as boolean;
  } as typeof child.send;
}

/** A worker whose server on PORT is closed tells the primary so by an internal message, whose key names the port. */
function watchClosing(worker: Worker, port: number, closed: () => void): void {
  const child = worker.process;
  const emit = child.emit as (...args: unknown[]) => boolean;
  child.emit = function (this: unknown, ...args: unknown[]): boolean {
    const message = args[0] === 'internalMessage' ? (args[1] as { act?: unknown; key?: unknown } | null) : null;
    if (message?.act === 'close' && String(message.key).split(':').includes(String(port))) closed();
    return Reflect.apply(emit, this, args) as boolean;
  } as typeof child.emit;
}

/**
 * The moment in which a worker's server listens, before the program is told of it (so that whatever it does then comes
 * later), and whether it wanted the port for itself alone: then it binds it past the cluster, which knows nothing of it.
 */
function watchListen(say: Say): void {
  const listen = net.Server.prototype.listen as (...args: unknown[]) => net.Server;
  net.Server.prototype.listen = function (this: net.Server, ...args: unknown[]): net.Server {
    const options = args[0] as { exclusive?: boolean; reusePort?: boolean } | null | undefined;
    const alone = typeof options === 'object' && (options?.exclusive === true || options?.reusePort === true);
    this.once('listening', () => {
      const address = this.address();
      if (address !== null && typeof address === 'object')
        say({ say: alone ? 'bound' : 'serving', port: address.port });
    });
    return Reflect.apply(listen, this, args);
  } as typeof net.Server.prototype.listen;
}

/** A child with an IPC channel is a fork, whatever its environment is: the probe may not be in it. */
function watchForks(say: Say): void {
  type Spawn = (options: { envPairs?: readonly string[] }) => unknown;
  const prototype = ChildProcess.prototype as unknown as { spawn: Spawn; pid?: number };
  const spawn = prototype.spawn;
  prototype.spawn = function (this: { pid?: number }, options) {
    const result = spawn.call(this as never, options);
    const forked = options.envPairs?.some((pair) => pair.startsWith('NODE_CHANNEL_FD=')) === true;
    if (forked && this.pid !== undefined) say({ say: 'forked', child: this.pid });
    return result;
  } as Spawn;
}

/** A timer beyond it cannot end a wait of the harness. node:http keeps one of 30 s for each server. */
const LONG_TIMER_MS = 30_000;

/**
 * What may still make the process act and does not show among its active resources by name: timers that were unref'd, and
 * connections that it opened itself, on which somebody outside of the program may answer.
 */
function watchUnseenActivity(port: number): () => string[] {
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

/**
 * Under round robin a worker's server has no handle of its own; the cluster module keeps the worker alive by a timer that
 * never fires, one for each server (`rr()` in lib/internal/cluster/child.js). How many there are now.
 */
function countStandIns(): () => number {
  type Handle = { close: (...args: unknown[]) => unknown };
  type GetServer = (server: unknown, query: unknown, done: (error: unknown, handle: Handle | null) => void) => void;
  const internals = cluster as unknown as { _getServer: GetServer };
  const getServer = internals._getServer;
  let standIns = 0;
  internals._getServer = function (server, query, done) {
    return getServer.call(this, server, query, (error, handle) => {
      // a real handle has its close() from its class
      if (handle !== null && Object.hasOwn(handle, 'close')) {
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

function withoutTimers(resources: readonly string[], count: number): string[] {
  let left = count;
  return resources.filter((resource) => resource !== 'Timeout' || left-- <= 0);
}

function countConnections({ port }: ProbeSettings, say: Say) {
  let taken: number[] = [];
  let begun = 0;
  let finished = 0;
  let each = false;
  const dealt = new Map<Worker, number[]>();
  subscribe('net.server.socket', (message) => {
    const { socket } = message as { socket: net.Socket };
    if (socket.localPort !== port || socket.remotePort === undefined) return;
    taken.push(socket.remotePort);
    if (each) flush();
  });
  subscribe('http.server.request.start', (message) => {
    const { socket } = message as { socket: net.Socket };
    if (socket.localPort === port) begun += 1;
  });
  subscribe('http.server.response.finish', (message) => {
    const { socket } = message as { socket: net.Socket };
    if (socket.localPort === port) finished += 1;
  });
  function flush(): void {
    if (taken.length > 0) say({ say: 'taken', ports: taken });
    if (begun + finished > 0) say({ say: 'begun', count: begun, finished });
    taken = [];
    begun = 0;
    finished = 0;
    for (const [worker, ports] of dealt)
      say({ say: 'handed', worker: worker.id, workerPid: worker.process.pid ?? 0, ports });
    dealt.clear();
  }
  return {
    flush,
    setEach: (on: boolean): void => void (each = on),
    handed(worker: Worker, clientPort: number): void {
      const ports = dealt.get(worker);
      if (ports === undefined) dealt.set(worker, [clientPort]);
      else ports.push(clientPort);
      if (each) flush();
    },
  };
}

/** CPU time of the JavaScript thread alone: where Node cannot tell, the time in which its event loop was active. */
function mainThreadCpuMs(): number {
  const usage = (process as { threadCpuUsage?: () => { user: number; system: number } }).threadCpuUsage?.();
  return usage === undefined ? performance.eventLoopUtilization().active : (usage.user + usage.system) / 1000;
}
