// The clients of a demonstration: a load that is changed while the program runs, and the account of all that was asked.
import type { Event, LossClass, Outcome } from './history.ts';
import { openLatencies, openSlowest, type Percentiles } from './latencies.ts';
import { openLedger, type Ledger, type Load } from './ledger.ts';
import type { Workers } from './stage/workers.ts';

export interface LoadWish {
  /** Clients, each with one request under way at a time; 0 for none. */
  readonly connections: number;
  readonly mode: 'keep-alive' | 'fresh';
  /** Of all clients together; null for as many as can be. */
  readonly perSecond: number | null;
  /** So much of the clients, from 0 to 1, ask for what takes long, where the program has that. */
  readonly slowShare: number;
}

/** Since the program was started: sent = answered + all lost + inFlight. p50 and p99 are of requests that need not take long. */
export interface ClientsAccount extends Percentiles {
  readonly sent: number;
  readonly answered: number;
  readonly lost: Readonly<Partial<Record<LossClass, number>>>;
  readonly inFlight: number;
  /** ms, of all answers of the last five seconds; null where there were none. */
  readonly slowest: number | null;
  /** ms after which a client gives up, counted from when its answer was due. */
  readonly patience: number;
}

/** A path whose answers take so many ms. */
export interface SlowPath {
  readonly path: string;
  readonly dueIn: number;
}

export interface Clients {
  readonly ledger: Ledger;
  /** Takes the place of what the clients did before. */
  load(wish: LoadWish): void;
  /** All numbers are read at one moment, and what the workers answered until then is recorded before. */
  account(): ClientsAccount;
  /** Sends nothing more; resolves when what was under way is answered or lost. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  close(): void;
}

export interface ClientsOptions {
  readonly port: number;
  readonly now: () => number;
  readonly record: (event: Event) => void;
  readonly workers: Workers;
  readonly slow: SlowPath | null;
  readonly stretch: number;
}

/** As in a check: a request is hanging when it is unanswered 3 s after it was due (contract 4.4). */
const HANGING_MS = 3000;
/** After a loss, for each client: all of them together lose no more than a thousand a second. */
const PAUSE_AFTER_LOSS_MS = 1;
const LEAST_PAUSE_AFTER_LOSS_MS = 20;

export function openClients({ port, now, record, workers, slow, stretch }: ClientsOptions): Clients {
  const lost: Partial<Record<LossClass, number>> = {};
  /** Of loads that are over. */
  const past = { sent: 0, answered: 0 };
  const current = new Set<Load>();
  const leaving = new Set<Load>();
  const latencies = openLatencies(now);
  const slowest = openSlowest(now);
  const patience = HANGING_MS * stretch;
  const ledger = openLedger({
    port,
    now,
    record(entry) {
      if (entry.kind !== 'request') return record(entry);
      const { reason: _reason, ...event } = entry;
      const known = lossOf(event);
      if (known !== null) lost[known] = (lost[known] ?? 0) + 1;
      record(event);
    },
    hangingAfter: () => patience,
  });

  function begin(stream: string, connections: number, perSecond: number | null, mode: LoadWish['mode']): void {
    if (connections === 0) return;
    const asked = stream === 'slow' && slow !== null ? slow : null;
    const load = ledger.load({
      stream,
      mode: mode === 'fresh' ? 'fresh' : 'busy',
      connections,
      path: asked?.path ?? '/',
      dueIn: asked?.dueIn ?? 0,
      pauseAfterLoss: Math.max(LEAST_PAUSE_AFTER_LOSS_MS, connections * PAUSE_AFTER_LOSS_MS),
      abandon: workers.isOrphan,
      ...(perSecond === null ? {} : { perSecond }),
      took(ms) {
        slowest.add(ms);
        if (asked === null) latencies.add(ms);
      },
    });
    current.add(load);
  }

  async function end(load: Load): Promise<void> {
    current.delete(load);
    leaving.add(load);
    await load.stop();
    leaving.delete(load);
    past.sent += load.sent;
    past.answered += load.answered;
  }

  async function stop(): Promise<void> {
    await Promise.all([...current].map(end));
  }

  return {
    ledger,
    load({ connections, mode, perSecond, slowShare }) {
      void stop();
      const slowOnes = slow === null ? 0 : Math.round(connections * slowShare);
      const others = connections - slowOnes;
      const rate = (clients: number): number | null =>
        perSecond === null ? null : (perSecond * clients) / connections;
      begin('load', others, rate(others), mode);
      begin('slow', slowOnes, rate(slowOnes), mode);
    },
    account() {
      const loads = [...current, ...leaving];
      for (const load of loads) load.tell();
      const sum = (one: (load: Load) => number): number => loads.reduce((all, load) => all + one(load), 0);
      return {
        sent: past.sent + sum((load) => load.sent),
        answered: past.answered + sum((load) => load.answered),
        lost: { ...lost },
        inFlight: sum((load) => load.inFlight),
        ...latencies.percentiles(),
        slowest: slowest.ms(),
        patience,
      };
    },
    stop,
    close: () => ledger.close(),
  };
}

/** How a request was lost; null where it was not. */
export function lossOf({
  outcome,
  status,
}: {
  readonly outcome: Outcome;
  readonly status: number | null;
}): LossClass | null {
  if (outcome !== 'answered') return outcome;
  return status !== null && status >= 200 && status < 300 ? null : 'answered with an error';
}
