// What a scenario can do to a running program: ask it, load it, break it, and wait for what must come of it.
import { grantedFor, type Life, type RequestEvent } from './history.ts';
import {
  openLedger,
  type AskOptions,
  type Connection,
  type Entry,
  type Ledger,
  type Load,
  type LoadOptions,
} from './ledger.ts';
import { MOST_STRETCH, type Pace } from './pace.ts';
import { pressure, type PressureOptions } from './pressure.ts';
import type { Program } from './program.ts';
import type { Recorder } from './recorder.ts';
import { holders } from './sockets.ts';
import { mainThreadCpuMs } from './tree.ts';

/** The program ended, or was stopped, before the scenario was through. What was recorded until then is judged. */
export class ProgramOver extends Error {}

export interface UntilOptions {
  /** ms on an idle machine. */
  readonly limit: number;
  /** How often the condition is tried when nothing happens, in ms; it is tried at every event too unless it is asynchronous. */
  readonly every?: number;
  /** No client is active: give up early where the program is proven to be at rest for good. */
  readonly quiet?: boolean;
}

export interface KillOptions {
  /** Which of the listening workers; the one forked first by default. */
  readonly choose?: (listening: readonly Life[]) => Life | undefined;
  /** Waits until it has requests in hand, and records how many it had. */
  readonly inHand?: boolean;
  /** The primary learns of the exit only when the program has sent to the dead worker, or after so many ms. */
  readonly lateExit?: number;
}

/** Asks chosen workers. */
export interface Reach {
  /** Those that were found; a worker that never turned up is missing. */
  readonly pids: readonly number[];
  /**
   * One request to this worker on a kept connection; null where all of them have a request under way. Where the program
   * keeps no connections: on fresh ones, so many tries until this worker answers, whoever it is then.
   */
  ask(pid: number, path: string, options?: AskOptions & { readonly tries?: number }): Promise<Entry | null>;
  close(): void;
}

export interface Stage {
  readonly cores: number;
  /** Workers that listen on PORT now. */
  listening(): readonly Life[];
  readonly lives: readonly Life[];
  readonly now: () => number;

  /** Tells the learner what is being done, and the history too. */
  step(text: string): void;
  /** Sets a mark that properties can refer to. */
  mark(name: string): void;
  /** Waits for as many listening workers as cores, 10 s at most; goes on with fewer, and gives up only where none listens. */
  allListening(): Promise<void>;
  /** Waits for the condition; false where it did not come. Throws ProgramOver where the program ended. */
  until(text: string, condition: () => boolean | Promise<boolean>, options: UntilOptions): Promise<boolean>;

  /** Waits until nothing can happen any more by itself, at most so many ms: what a program does late is seen too. */
  comeToRest(ms: number): Promise<void>;
  /** Lets the program be for so many ms, whatever the machine: what it does meanwhile is judged, never how quickly. */
  rest(ms: number): Promise<void>;

  /** One request on a fresh connection. */
  ask(path: string, options?: AskOptions): Promise<Entry>;
  /** So many requests, one after the other, each on a fresh connection. */
  visit(count: number, path?: string, options?: AskOptions): Promise<Entry[]>;
  /** So many requests at once, each on a fresh connection. */
  together(count: number, path?: string, options?: AskOptions): Promise<Entry[]>;
  /** Ways to each listening worker: `count` kept connections, found by asking `path`. */
  reach(count: number, path: string): Promise<Reach>;
  /** One request alone, with the CPU time that each worker's main thread spent meanwhile recorded. */
  measure(path: string): Promise<Entry>;
  /** Two requests at once on fresh connections; records how much CPU time each worker had spent when the first was answered. */
  pair(path: string): Promise<void>;
  load(options: LoadOptions): Load;
  /** Stops a load; what was in the hands of dead workers is not waited for. */
  stop(...loads: readonly Load[]): Promise<void>;
  /** autocannon, where nothing breaks. Gives how many were answered. */
  pressure(options: PressureOptions): Promise<number>;
  /** Every message and connection is recorded by itself (quiet steps), or in batches (under load). */
  each(on: boolean): Promise<void>;
  /** Makes every process report what it has counted. */
  flush(): Promise<void>;

  /** SIGKILL to a worker. Gives its life, or null where there was none to kill. */
  kill(options?: KillOptions): Promise<Life | null>;
  /**
   * Waits until as many workers listen as before the last kill, 5 s at most. Where nothing comes under load, the loads are stopped,
   * since a program at rest can be proven to be at rest. The wait is recorded under this name.
   */
  replacement(name: string, loads: readonly Load[]): Promise<boolean>;
  /** A signal to the primary. */
  signal(name: 'SIGHUP' | 'SIGTERM' | 'SIGINT'): void;
  /** Messages that are not the program's: up from this worker to the primary, or down to it. */
  junk(direction: 'up' | 'down', life: Life, messages: readonly unknown[]): Promise<void>;
  /** Holds the program's messages from (up) or to (down) this worker back, until released. */
  hold(direction: 'up' | 'down', life: Life): Promise<() => Promise<void>>;

  readonly stretch: () => number;
  /** Ends the clients. */
  close(): void;
}

export interface StageOptions {
  readonly program: Program;
  readonly recorder: Recorder;
  readonly pace: Pace;
  readonly port: number;
  readonly cores: number;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
}

/** All workers listen 10 s after the start (contract 0.1). */
const LISTENING_MS = 10_000;
/** Of so many visits for each worker it is looked up who really has the connection, then of some: it takes a few ms. */
const LOOKED_UP = 2;
const THEN_EVERY = 10;
/** A killed worker is replaced within 5 s (contract 2.3). */
const REPLACED_MS = 5000;
const PATIENCE_UNDER_LOAD_MS = 1500;
/** A request is hanging when it is unanswered 3 s after it was due (contract 4.4). */
const HANGING_MS = 3000;
/** Resources that only wait for others: with nothing else in any process, no process can begin anything by itself. */
const PASSIVE = new Set(['ProcessWrap', 'PipeWrap', 'TCPServerWrap', 'TCPSocketWrap', 'TTYWrap', 'SignalWrap']);

export function openStage({ program, recorder, pace, port, cores, signal, onStep }: StageOptions): Stage {
  const { now, record } = recorder;
  /** Who took a connection last that came from this port of a client, and when that was told. */
  const ownerOf = new Map<number, { readonly pid: number; readonly t: number }>();
  const killed = new Set<number>();
  let visits = 0;
  /** How many listened when the last kill was aimed. */
  let listenedBefore = cores;
  const unlisten = recorder.listen((event) => {
    if (event.kind === 'taken' || event.kind === 'handed') for (const client of event.ports) ownerOf.set(client, event);
  });
  const ledger: Ledger = openLedger({
    port,
    now,
    record: (event) => record(event.kind === 'request' ? withoutReason(event) : event),
    hangingAfter: () => HANGING_MS * Math.min(pace.stretch(now() - HANGING_MS), MOST_STRETCH),
  });
  const connections = new Set<Connection>();
  const isListening = (life: Life): boolean =>
    life.listening !== null &&
    life.closed === null &&
    life.exited === null &&
    life.disconnected === null &&
    !killed.has(life.pid);
  const listening = (): readonly Life[] => recorder.lives.filter(isListening);

  function check(): void {
    signal.throwIfAborted();
    if (program.over) throw new ProgramOver();
  }

  async function until(
    text: string,
    condition: () => boolean | Promise<boolean>,
    { limit, every = 25, quiet = false }: UntilOptions,
  ): Promise<boolean> {
    const from = now();
    let measured = from;
    let looked = from;
    let quiescent = false;
    const stretch = (): number => Math.min(pace.stretch(from), MOST_STRETCH);
    const allowed = (): number => grantedFor(limit, stretch());
    const met = async (): Promise<boolean> => {
      for (;;) {
        if (await condition()) return true;
        if (program.over || signal.aborted) return false;
        const waited = now() - from;
        if (waited >= allowed()) {
          // the machine may have become slow since it was last measured: then the time was not up
          await pace.measure();
          if (waited >= allowed()) return false;
        }
        if (waited > 400 && now() - measured > 1000) {
          measured = now();
          void pace.measure();
        }
        if (quiet && waited > 250 && now() - looked > 250) {
          looked = now();
          if (await atRest()) {
            quiescent = true;
            return await condition();
          }
        }
        await nextEvent(every);
      }
    };
    const result = await met();
    record({
      kind: 'wait',
      t: now(),
      until: text,
      met: result,
      from,
      limit: Math.round(allowed()),
      stretch: stretch(),
      quiescent,
    });
    check();
    return result;
  }

  function nextEvent(within: number): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(late);
        unhear();
        resolve();
      };
      const late = setTimeout(go, within);
      const unhear = recorder.listen((event) => {
        if (
          event.kind !== 'request' &&
          event.kind !== 'answers' &&
          event.kind !== 'taken' &&
          event.kind !== 'handed' &&
          event.kind !== 'begun'
        )
          setImmediate(go);
      });
    });
  }

  /** Two looks, with nothing witnessed between them, that find no process with anything of its own under way. */
  async function atRest(): Promise<boolean> {
    if (!(await nothingUnderWay())) return false;
    const before = recorder.events.length;
    await pause(60);
    return (await nothingUnderWay()) && recorder.events.slice(before).every((event) => event.kind === 'pace');
  }

  async function nothingUnderWay(): Promise<boolean> {
    await program.tree.refresh();
    const pids = program.pids();
    const living = program.tree.living();
    if (living.some((each) => !pids.includes(each.pid))) return false;
    // a worker that is forked and not yet online has nothing to show, and everything before it
    if (recorder.lives.some((life) => life.exited === null && life.online === null)) return false;
    const looks = await Promise.all(living.map((each) => program.order(each.pid, { do: 'look' })));
    return looks.every(
      (look) => look !== null && (look.resources ?? ['unknown']).every((resource) => PASSIVE.has(resource)),
    );
  }

  async function visit(count: number, path = '/', options: AskOptions = {}): Promise<Entry[]> {
    const entries: Entry[] = [];
    // each takes seconds, and three of them have told enough
    const hanging = (): number => entries.filter(({ outcome }) => outcome === 'hanging').length;
    for (let i = 0; i < count && hanging() < 3; i += 1) {
      check();
      visits += 1;
      const whileOpen = visits <= LOOKED_UP * cores || visits % THEN_EVERY === 0 ? lookUp : undefined;
      entries.push(await ledger.ask(path, { stream: 'visits', signal, ...(whileOpen && { whileOpen }), ...options }));
    }
    return entries;
  }

  /** Asks the operating system who has the other end of a connection. */
  function lookUp(conn: number): void {
    const t = now();
    const workers = recorder.lives.filter((life) => life.exited === null).map((life) => life.pid);
    const others = program.tree.living().map((each) => each.pid);
    const pids = holders(port, conn, [...new Set([program.pid, ...workers, ...others])]);
    if (pids !== null) record({ kind: 'held', t, port: conn, pids });
  }

  async function flush(): Promise<void> {
    await Promise.all(program.pids().map((pid) => program.order(pid, { do: 'flush' })));
  }

  async function stop(...loads: readonly Load[]): Promise<void> {
    await Promise.all(loads.map((load) => load.stop()));
  }

  /** Nobody will ever answer on this connection: a handed-over connection is never handed to another worker. */
  function isOrphan(conn: number, opened: number): boolean {
    const owner = ownerSince(conn, opened);
    return owner !== null && recorder.lives.some((life) => life.pid === owner && life.exited !== null);
  }

  /** Ports are used again: a report from before the connection was opened is about another one. */
  function ownerSince(conn: number, opened: number): number | null {
    const owner = ownerOf.get(conn);
    return owner !== undefined && owner.t >= opened ? owner.pid : null;
  }

  return {
    cores,
    listening,
    lives: recorder.lives,
    now,
    stretch: () => pace.stretch(),
    until,
    visit,

    step(text) {
      check();
      record({ kind: 'step', t: now(), name: text });
      onStep(text);
    },
    mark: (name) => record({ kind: 'mark', t: now(), name }),

    async allListening() {
      await until('all workers listening', () => listening().length >= cores, { limit: LISTENING_MS, quiet: true });
      // something else than a worker of the cluster may answer: then what it answers says more than that no worker listens
      if (listening().length === 0 && (await ledger.ask('/', { stream: 'visits', signal })).outcome === 'refused')
        throw new ProgramOver();
    },

    async comeToRest(ms) {
      await until('the program is at rest', () => false, { limit: ms, quiet: true });
    },

    async rest(ms) {
      const end = now() + ms;
      while (now() < end) {
        check();
        await pause(Math.min(25, end - now()));
      }
    },

    ask: (path, options) => ledger.ask(path, { signal, ...options }),
    async together(count, path = '/', options = {}) {
      check();
      return Promise.all(
        Array.from({ length: count }, () => ledger.ask(path, { stream: 'together', signal, ...options })),
      );
    },

    async reach(count, path) {
      const found = new Map<number, Connection[]>();
      const busy = new WeakSet<Connection>();
      /** Workers whose connections do not last. */
      const unkept = new Set<number>();
      const wanted = listening().map((life) => life.pid);
      const enough = (): boolean => wanted.every((pid) => unkept.has(pid) || (found.get(pid)?.length ?? 0) >= count);
      // under round robin the first few suffice; the operating system's own dealing may favour one worker for long
      for (let tries = 0; tries < 40 * count * wanted.length && !enough(); tries += 1) {
        check();
        const connection = await ledger.connect({ stream: 'kept', signal });
        if (connection === null) continue;
        connections.add(connection);
        const { outcome } = await connection.ask(path, { stream: 'kept', signal });
        if (outcome === 'hanging') break;
        // who answers is told by its body; where it is of another shape, by the process that took the connection
        const owner = connection.pid ?? (await ownerSoon(connection.port));
        const kept = owner === null ? [] : (found.get(owner) ?? []);
        if (owner !== null && !connection.open) unkept.add(owner);
        else if (owner !== null && wanted.includes(owner) && kept.length < count) {
          found.set(owner, [...kept, connection]);
          continue;
        }
        connection.close();
      }
      return {
        pids: wanted.filter((pid) => found.has(pid) || unkept.has(pid)),
        async ask(pid, to, { tries = 1, ...options } = {}) {
          const open = found.get(pid)?.filter((connection) => connection.open) ?? [];
          const idle = open.find((connection) => !busy.has(connection));
          if (idle !== undefined) {
            busy.add(idle);
            return idle.ask(to, { signal, ...options }).finally(() => busy.delete(idle));
          }
          if (open.length > 0) return null;
          let entry: Entry | null = null;
          for (let left = tries; left > 0; left -= 1) {
            check();
            entry = await ledger.ask(to, { signal, ...options });
            if (
              entry.outcome !== 'answered' ||
              entry.conn === null ||
              (entry.pid ?? (await ownerSoon(entry.conn))) === pid
            )
              break;
          }
          return entry;
        },
        close() {
          for (const connection of [...found.values()].flat()) connection.close();
        },
      };
    },

    async measure(path) {
      check();
      const spent = await cpuMeter();
      const entry = await ledger.ask(path, { stream: 'alone', signal });
      await spent(entry);
      return entry;
    },

    async pair(path) {
      check();
      const spent = await cpuMeter();
      const both = [0, 1].map(() => ledger.ask(path, { stream: 'pair', signal }));
      await spent(await Promise.race(both));
      await Promise.all(both);
    },

    load: (options) => ledger.load({ ...options, abandon: isOrphan }),
    stop,

    async pressure(options) {
      check();
      const account = await pressure({ ...options, port, now, signal });
      // what the workers themselves have counted is to be in the history before the account is
      await flush();
      record({ ...account, t: now() });
      return account.ok;
    },

    each: (on) => program.each(on),
    flush,

    async kill({
      choose = (candidates: readonly Life[]) => candidates[0],
      inHand: wantsInHand = false,
      lateExit,
    } = {}) {
      const victim = choose(listening());
      if (victim === undefined) return null;
      listenedBefore = listening().length;
      // what it has witnessed until now would die with it
      await program.order(victim.pid, { do: 'flush' });
      if (lateExit !== undefined)
        await program.order(program.pid, { do: 'late-exit', worker: victim.worker, ms: lateExit });
      const inHand = (): number =>
        ledger.inHand().filter(({ conn, opened, before }) => (before ?? ownerSince(conn, opened)) === victim.pid)
          .length;
      if (wantsInHand)
        await until(`worker ${victim.worker} has a request in hand`, () => inHand() > 0, { limit: 2000, every: 1 });
      const had = inHand();
      killed.add(victim.pid);
      const t = now();
      const sent = sendSignal(victim.pid, 'SIGKILL');
      record({
        kind: 'fault',
        t,
        fault: 'SIGKILL',
        pid: victim.pid,
        worker: victim.worker,
        inHand: had,
        landed: sent && (!wantsInHand || had > 0),
        detail: lateExit === undefined ? '' : 'the news of its exit came late',
      });
      return victim;
    },

    async replacement(name, loads) {
      const asBefore = (): boolean => listening().length >= listenedBefore;
      const from = now();
      if (await until('replacement under load', asBefore, { limit: PATIENCE_UNDER_LOAD_MS })) {
        record({
          kind: 'wait',
          t: now(),
          until: name,
          met: true,
          from,
          limit: REPLACED_MS,
          stretch: pace.stretch(from),
          quiescent: false,
        });
        return true;
      }
      await stop(...loads);
      return until(name, asBefore, { limit: REPLACED_MS - PATIENCE_UNDER_LOAD_MS, quiet: true });
    },

    signal(name) {
      check();
      // before it is sent: the program may act on it before this process goes on
      const t = now();
      const sent = sendSignal(program.pid, name);
      record({
        kind: 'fault',
        t,
        fault: name,
        pid: program.pid,
        worker: null,
        inHand: ledger.inHand().length,
        landed: sent,
        detail: '',
      });
    },

    async junk(direction, life, messages) {
      const to = direction === 'up' ? life.pid : program.pid;
      const done = await program.order(to, { do: 'junk', worker: direction === 'up' ? null : life.worker, messages });
      record({
        kind: 'fault',
        t: now(),
        fault: `junk-${direction}`,
        pid: direction === 'up' ? program.pid : life.pid,
        worker: life.worker,
        inHand: 0,
        landed: done?.ok === true,
        detail: `${messages.length} messages`,
      });
    },

    async hold(direction, life) {
      const at = direction === 'up' ? life.pid : program.pid;
      const worker = direction === 'up' ? null : life.worker;
      const tell = async (on: boolean): Promise<void> => {
        const done = await program.order(at, { do: 'hold', worker, on });
        record({
          kind: 'fault',
          t: now(),
          fault: on ? `hold-${direction}` : 'release',
          pid: life.pid,
          worker: life.worker,
          inHand: 0,
          landed: done?.ok === true,
          detail: done?.detail ?? 'no answer',
        });
      };
      await tell(true);
      return () => tell(false);
    },

    close() {
      for (const connection of connections) connection.close();
      ledger.close();
      unlisten();
    },
  };

  /** The report of who took a connection may come a moment after its answer. */
  async function ownerSoon(conn: number): Promise<number | null> {
    for (let tries = 0; tries < 20; tries += 1) {
      const owner = ownerOf.get(conn);
      if (owner !== undefined) return owner.pid;
      await pause(10);
    }
    return null;
  }

  /** Starts measuring; the function that it gives records, as of one request, what each worker has spent since. */
  async function cpuMeter(): Promise<(entry: Entry) => Promise<void>> {
    const workers = listening();
    const before = await Promise.all(workers.map((life) => cpuOf(life.pid)));
    return async ({ n, path }) => {
      const t = now();
      const after = await Promise.all(workers.map((life) => cpuOf(life.pid)));
      for (const [i, { pid }] of workers.entries()) {
        const [from, to] = [before[i] ?? null, after[i] ?? null];
        if (from !== null && to !== null) record({ kind: 'worked', t, pid, n, path, cpuMs: to - from });
      }
    };
  }

  async function cpuOf(pid: number): Promise<number | null> {
    return mainThreadCpuMs(pid) ?? (await program.order(pid, { do: 'look' }))?.cpuMs ?? null;
  }
}

function withoutReason({ reason: _reason, ...event }: Entry): RequestEvent {
  return event;
}

/** Only a pid that the primary reported as its living worker, or the primary's own, comes here. */
function sendSignal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
