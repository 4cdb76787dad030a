// The clients of a round, as the checks of the lessons have them, and what they saw: who answered when, and what was lost.
import { openLedger, type Ledger, type Load } from '../../runner/harness/ledger.ts';
import type { RequestEvent } from '#history';
import { CORES } from './agreed.ts';

/** As in a check: a request is hanging when it is unanswered 3 s after it was due (contract 4.4). */
const HANGING_MS = 3000;

export interface Clients {
  readonly loads: readonly Load[];
  /** ms since they began. */
  now(): number;
  /** When this process answered last; -1 where it has not. */
  heard(pid: number): number;
  /** What was not answered, and the slow ones that were. */
  readonly requests: readonly RequestEvent[];
  /** One request more, on a connection of its own, that is not counted. */
  ask(): Promise<unknown>;
  load(...wishes: readonly Wish[]): void;
  /** Sends nothing more; resolves when each request is answered or lost. */
  stop(): Promise<void>;
  close(): void;
}

export type Wish = Parameters<Ledger['load']>[0];

/** The stream of what is not counted. */
const UNCOUNTED = 'asked';

export function openClients(port: number, stretch: () => number): Clients {
  const began = performance.now();
  const now = (): number => performance.now() - began;
  const heard = new Map<number, number>();
  const requests: RequestEvent[] = [];
  const loads: Load[] = [];
  const ledger = openLedger({
    port,
    now,
    hangingAfter: () => HANGING_MS * stretch(),
    record(event) {
      if (event.kind === 'load') return;
      if (event.pid !== null) heard.set(event.pid, event.t);
      if (event.kind === 'request' && event.stream !== UNCOUNTED) requests.push(event);
    },
  });
  return {
    loads,
    now,
    heard: (pid) => heard.get(pid) ?? -1,
    requests,
    ask: () => ledger.ask('/', { stream: UNCOUNTED }),
    load: (...wishes) => void loads.push(...wishes.map((wish) => ledger.load(wish))),
    async stop() {
      await Promise.all(loads.map((load) => load.stop()));
    },
    close: () => ledger.close(),
  };
}

/** One after the other, each of so many ms. */
export function patient(ms: number, connections = CORES + 1): Wish {
  return { stream: `slow ${ms}`, mode: 'slow', connections, path: `/slow?ms=${ms}`, dueIn: ms };
}

/** Connections that are kept busy, and one for each request. */
export function steady(connections: number, pause: number): readonly Wish[] {
  return [
    { stream: 'keep-alive', mode: 'busy', connections, path: '/', pause },
    // with a pause: the ports of connections that are closed are not free again at once
    { stream: 'fresh', mode: 'fresh', connections: 2, path: '/', pause: Math.max(pause, FRESH_PAUSE_MS) },
  ];
}

const FRESH_PAUSE_MS = 5;
