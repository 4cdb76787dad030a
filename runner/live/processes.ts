// What happened to a program's processes, from its events: each phase of a life is told once.
import type { Event, EventOf } from '#history';
import { AS_PLANNED } from './lanes.ts';
import type { ProcessNews } from './show.ts';

export interface Processes {
  event(event: Event): void;
  /** Whether the process was told of, and may still have something to tell. */
  knows(pid: number): boolean;
  /** Of the worker with that number, also when it is dead; null where there was none, or its pid is another one's by now. */
  pidOf(worker: number): number | null;
  /** When it died; null while it lives, and where nobody knows it. */
  endOf(pid: number): number | null;
  /** What is new. Where the program does not run any more, whoever was left is dead. */
  taken(t: number, running: boolean): readonly ProcessNews[];
}

interface Known {
  readonly pid: number;
  /** Null for the primary and for a process that is no worker. */
  readonly worker: number | null;
  served: boolean;
  listens: boolean;
  /** When it died. */
  ended: number | null;
}

const WITH_THE_PROGRAM = 'ended with the program';
/** Of a process whose fork was not told so long after its greeting, cluster.fork did not make it. */
const FORK_TOLD_MS = 300;
/** So many are remembered; the dead among them may still be named by what comes late. */
const MOST_KNOWN = 400;

export function openProcesses(): Processes {
  const known = new Map<number, Known>();
  const workers = new Map<number, number>();
  const greeted = new Map<number, number>();
  let news: ProcessNews[] = [];
  let port = 0;
  /** By which signal the program was stopped, once it was. */
  let stopped: string | null = null;

  function add(t: number, pid: number, worker: number | null, is: 'started' | 'forked' | 'other'): void {
    const before = known.get(pid);
    if (before !== undefined) remove(before);
    known.set(pid, { pid, worker, served: false, listens: false, ended: null });
    greeted.delete(pid);
    if (worker !== null) workers.set(worker, pid);
    if (known.size > MOST_KNOWN) forget();
    news.push({ t, pid, worker, is, how: null });
  }

  /** Whoever died first; of so many that live, whoever was there first. */
  function forget(): void {
    const all = [...known.values()];
    const first = all.find(({ ended }) => ended !== null) ?? all[0];
    if (first !== undefined) remove(first);
  }

  function remove({ pid, worker }: Known): void {
    known.delete(pid);
    if (worker !== null && workers.get(worker) === pid) workers.delete(worker);
  }

  function tell({ pid, worker }: Known, t: number, is: ProcessNews['is'], how: string | null = null): void {
    news.push({ t, pid, worker, is, how });
  }

  function die(one: Known | undefined, t: number, how: string): void {
    if (one === undefined || one.ended !== null) return;
    one.ended = t;
    tell(one, t, 'dead', how);
  }

  /** Who stops the whole program signals no single one. */
  function howEnded({ signal, code }: EventOf<'exit' | 'ended'>): string {
    return signal !== null && signal === stopped ? WITH_THE_PROGRAM : (signal ?? `code ${code}`);
  }

  function workerOf({ pid, worker }: { readonly pid: number; readonly worker: number }): Known | undefined {
    const one = known.get(pid);
    return one?.worker === worker && one.ended === null ? one : undefined;
  }

  function listen(one: Known | undefined, t: number, again: boolean): void {
    if (one === undefined || one.worker === null || one.ended !== null || one.listens || (one.served && !again)) return;
    Object.assign(one, { served: true, listens: true });
    tell(one, t, 'listening');
  }

  function drain(event: EventOf<'closed' | 'disconnect'>): void {
    const one = workerOf(event);
    if (one === undefined || (one.served && !one.listens)) return;
    Object.assign(one, { served: true, listens: false });
    tell(one, event.t, 'draining');
  }

  function fault({ t, pid, fault: what, landed }: EventOf<'fault'>): void {
    const one = known.get(pid);
    if (one === undefined || one.ended !== null || !landed) return;
    const name: string = what;
    if (name === 'freeze') tell(one, t, 'frozen');
    if (name === 'thaw') tell(one, t, 'thawed');
  }

  return {
    knows: (pid) => known.has(pid),
    pidOf: (worker) => workers.get(worker) ?? null,
    endOf: (pid) => known.get(pid)?.ended ?? null,
    event(event) {
      switch (event.kind) {
        case 'start':
          port = event.port;
          add(event.t, event.pid, null, 'started');
          break;
        case 'hello':
          if (known.get(event.pid)?.ended !== null) greeted.set(event.pid, event.t);
          break;
        case 'fork':
          add(event.t, event.pid, event.worker, 'forked');
          break;
        case 'online': {
          const one = workerOf(event);
          if (one !== undefined) tell(one, event.t, 'online');
          break;
        }
        case 'listening':
          if (event.port === port) listen(workerOf(event), event.t, false);
          break;
        case 'serving':
          // it may close its port and open it again
          if (event.port === port) listen(known.get(event.pid), event.t, true);
          break;
        case 'closed':
        case 'disconnect':
          drain(event);
          break;
        case 'exit':
          die(workerOf(event), event.t, event.planned ? AS_PLANNED : howEnded(event));
          break;
        case 'ended':
          die(known.get(event.pid), event.t, howEnded(event));
          break;
        case 'stop':
          stopped = event.signal;
          break;
        case 'fault':
          fault(event);
          break;
        default:
      }
    },
    taken(t, running) {
      for (const [pid, at] of greeted) {
        if (at > t - FORK_TOLD_MS) continue;
        add(at, pid, null, 'other');
      }
      if (!running) for (const one of known.values()) die(one, t, WITH_THE_PROGRAM);
      const told = news;
      news = [];
      return told;
    },
  };
}
