// The program's own IPC messages: who sent how many, and whether a listener heard them; also holds and injects them.
import cluster, { type Worker } from 'node:cluster';
import type { Direction } from './messages.ts';
import type { Say } from './channel.ts';
import { call, wrap } from './wrap.ts';

type Send = (...args: unknown[]) => boolean;
// As they are now: programs replace timers, for tests and otherwise.
const [later, soon] = [setTimeout, setImmediate];

/** What has an IPC channel: a process, as `setupChannel` in lib/internal/child_process makes it. */
interface Channelled {
  send?: unknown;
  emit: unknown;
  _send?: unknown;
  _handleQueue?: readonly unknown[] | null;
}

/** Of the workers that have exited, so many can still be named in an order: a program may fork for hours. */
const MOST_DEAD = 100;

type Done = (ok: boolean, detail?: string) => void;

/** One end of one IPC channel: `send` as it was before the probe, and what is held back. */
interface End {
  readonly send: Send;
  held: unknown[][] | null;
  /** Set while the news of this worker's exit is to come late: at most so many ms, or after the next send to it. */
  lateExit: number | null;
  tellExit: (() => void) | null;
  /** Set while the news that this worker is disconnected is to come so many ms after that of its exit. */
  lateDisconnect: number | null;
  tellDisconnect: (() => void) | null;
}

interface Tally {
  sent: number;
  sample: string;
  received: number;
  unheard: number;
}

/** `single` says whether a message is to be told at once, or counted until the next flush. */
export function countMessages(port: number, say: Say, single: () => boolean) {
  const tallies = new Map<string, Tally>();
  const ends = new Map<number | null, End>();
  const dead: (number | null)[] = [];

  function tally(worker: number, direction: Direction): Tally {
    const key = `${direction} ${worker}`;
    let found = tallies.get(key);
    if (found === undefined) tallies.set(key, (found = { sent: 0, sample: '', received: 0, unheard: 0 }));
    return found;
  }

  function flush(): void {
    for (const [key, { sent, sample, received, unheard }] of tallies) {
      const [direction, worker] = key.split(' ') as [Direction, string];
      if (sent > 0) say({ say: 'sent', worker: Number(worker), direction, count: sent, sample });
      if (received > 0) say({ say: 'received', worker: Number(worker), direction, count: received, unheard });
    }
    tallies.clear();
  }

  /** Wraps what writes to one end and its `emit`; `heardBy` counts the program's listeners for what arrives there. */
  function watch(end: Channelled, key: number | null, worker: number, out: Direction, heardBy: () => number): void {
    /** Of a message that the program sends; says whether it is held back. */
    const take = (args: readonly unknown[]): boolean => {
      const [message, handle] = args;
      const counted = tally(worker, out);
      if (counted.sent === 0) counted.sample = inBrief(message);
      counted.sent += 1;
      const client = clientOf(handle, port);
      if (client !== null) say({ say: 'passed', port: client });
      if (single()) flush();
      if (own.tellExit !== null) soon(own.tellExit);
      own.held?.push([copyOf(message), ...args.slice(1)]);
      return own.held !== null;
    };
    const own: End = { send: sendBefore(end, take), held: null, ...NOTHING_LATE };
    ends.set(key, own);
    wrap(end, 'send', (_send, _self, args) => (!isClusters(args[0]) && take(args)) || own.send(...args));
    wrap(end, 'emit', (emit, self, args) => {
      const [name] = args;
      if (name === 'message') {
        const counted = tally(worker, out === 'up' ? 'down' : 'up');
        counted.received += 1;
        if (heardBy() === 0) counted.unheard += 1;
        if (single()) flush();
      }
      if (name === 'exit') {
        dead.push(key);
        if (dead.length > MOST_DEAD) ends.delete(dead.shift() as number | null);
      }
      if (name === 'disconnect' && own.lateDisconnect !== null) {
        own.tellDisconnect = () => call(emit, self, args);
        return true;
      }
      if (name === 'exit' && own.tellDisconnect !== null) {
        later(own.tellDisconnect, own.lateDisconnect ?? 0);
        own.lateDisconnect = null;
        own.tellDisconnect = null;
      }
      if (name === 'exit' && own.lateExit !== null) {
        const tell = (): void => {
          if (own.tellExit === null) return;
          own.tellExit = null;
          call(emit, self, args);
        };
        own.tellExit = tell;
        later(tell, own.lateExit);
        own.lateExit = null;
        return true;
      }
      return call(emit, self, args);
    });
  }

  return {
    flush,
    watchWorker(): void {
      const own = cluster.worker;
      if (own === undefined || process.send === undefined) return;
      // one listener is the cluster module's: it passes the process's messages on to the worker object
      watch(
        process as Channelled,
        null,
        own.id,
        'up',
        () => process.listenerCount('message') - 1 + own.listenerCount('message'),
      );
    },
    watchPrimary(worker: Worker): void {
      const { process: child } = worker;
      // one listener each is the cluster module's: child → worker object → cluster
      watch(
        child as Channelled,
        worker.id,
        worker.id,
        'down',
        () =>
          child.listenerCount('message') - 1 + (worker.listenerCount('message') - 1) + cluster.listenerCount('message'),
      );
    },
    junk(worker: number | null, messages: readonly unknown[], done: Done): void {
      const end = ends.get(worker);
      if (end === undefined) return done(false, 'no channel');
      let left = messages.length;
      let failed = '';
      for (const message of messages) {
        end.send(message, (error: Error | null) => {
          if (error !== null) failed = error.message;
          left -= 1;
          if (left === 0) done(failed === '', failed);
        });
      }
    },
    hold(worker: number | null, on: boolean, done: Done): void {
      const end = ends.get(worker);
      if (end === undefined) return done(false, 'no channel');
      const held = end.held;
      if (on) end.held ??= [];
      else {
        end.held = null;
        for (const args of held ?? []) end.send(...args);
      }
      done(true, `${held?.length ?? 0} messages`);
    },
    late(news: 'exit' | 'disconnect', worker: number, ms: number, done: Done): void {
      const end = ends.get(worker);
      if (end === undefined) return done(false, 'no channel');
      end[news === 'exit' ? 'lateExit' : 'lateDisconnect'] = ms;
      done(true);
    },
  };
}

const NOTHING_LATE = { lateExit: null, tellExit: null, lateDisconnect: null, tellDisconnect: null };

/**
 * `send` as it is now. What goes past it, by the `_send` that it calls, is taken too; but not what Node itself says there,
 * nor what it sends by then because a handle was under way when the program sent it.
 */
function sendBefore(end: Channelled, take: (args: readonly unknown[]) => boolean): Send {
  const send = (end.send as Send).bind(end);
  const waiting: unknown[] = [];
  let sending = false;
  wrap(end, '_send', (write, self, args) => {
    const [message] = args;
    const waited = !sending && waiting.length > 0 && waiting[0] === message;
    if (waited) waiting.shift();
    else if (!sending && !isAboutHandles(message) && take(args)) return true;
    const before = end._handleQueue?.length ?? 0;
    const written = call(write, self, args);
    if ((end._handleQueue?.length ?? 0) > before) waiting.push(message);
    return written;
  });
  return (...args) => {
    sending = true;
    try {
      return send(...args);
    } finally {
      sending = false;
    }
  };
}

/** How Node acknowledges a handle, or sends it once more (lib/internal/child_process). */
function isAboutHandles(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false;
  const { cmd, ...others } = message as { cmd?: unknown };
  if (cmd === 'NODE_HANDLE') return true;
  return (cmd === 'NODE_HANDLE_ACK' || cmd === 'NODE_HANDLE_NACK') && Object.keys(others).length === 0;
}

interface TcpHandle {
  getsockname?: (out: { port?: number }) => number;
  getpeername?: (out: { port?: number }) => number;
}

/** The client's port, where this is a connection on PORT: a socket, or what is within it. */
function clientOf(handle: unknown, port: number): number | null {
  if (typeof handle !== 'object' || handle === null) return null;
  const tcp = ((handle as { _handle?: unknown })._handle ?? handle) as TcpHandle;
  const [own, peer]: { port?: number }[] = [{}, {}];
  try {
    tcp.getsockname?.(own as object);
    tcp.getpeername?.(peer as object);
  } catch {
    return null;
  }
  return own?.port === port ? (peer?.port ?? null) : null;
}

/** What the cluster module says (lib/internal/cluster): nothing that a program adds to it passes as its own. */
const CLUSTERS_OWN = new Set(
  'cmd seq ack act key accepted errno sockname handle data address port addressType fd index backlog flags readableAll writableAll'.split(
    ' ',
  ),
);

/** The cluster module's own traffic (forks, listens, hand-overs), which Node marks so. */
function isClusters(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    (message as { cmd?: unknown }).cmd === 'NODE_CLUSTER' &&
    Object.keys(message).every((name) => CLUSTERS_OWN.has(name))
  );
}

/** A message is what it was when it was sent, also if the program changes its object while the message is held. */
function copyOf(message: unknown): unknown {
  try {
    return structuredClone(message);
  } catch {
    return message;
  }
}

function inBrief(message: unknown): string {
  try {
    return String(JSON.stringify(message)).slice(0, 120);
  } catch {
    return typeof message;
  }
}
