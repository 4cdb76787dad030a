// Steady load by autocannon, for throughput and latency where nothing breaks. What is lost is the ledger's business.
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { EventOf } from './history.ts';

export interface PressureOptions {
  readonly connections: number;
  /** How many requests in all. */
  readonly amount: number;
  readonly path?: string;
}

export interface Pressure {
  /** Gets ready, which takes a fifth of a second and nobody has to wait for. */
  prepare(): void;
  /** Gives autocannon's own account; rejects where the signal is aborted. */
  run(options: PressureOptions): Promise<EventOf<'pressure'>>;
  close(): void;
}

interface Setting {
  readonly port: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

type Account = Pick<EventOf<'pressure'>, 'sent' | 'ok' | 'other' | 'errors' | 'p50' | 'p99'>;
type Outcome = { readonly result: Account } | { readonly error: string };

/** autocannon ends with a sample; its default of 1 s would be the shortest load. */
const SAMPLE_MS = 50;
/** Longest time, whatever the amount. */
const MOST_MS = 20_000;

export function openPressure({ port, now, signal }: Setting): Pressure {
  let own: ChildProcess | null = null;

  function started(): ChildProcess {
    if (own === null) {
      const { NODE_OPTIONS: _options, NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env;
      own = fork(path.join(import.meta.dirname, 'pressure-process.cjs'), { execArgv: [], stdio: 'ignore', env });
      own.on('error', () => undefined);
    }
    return own;
  }

  function fire(options: object): Promise<Outcome> {
    const cannon = started();
    return new Promise((resolve, reject) => {
      cannon.once('message', (outcome) => resolve(outcome as Outcome));
      cannon.once('exit', (code, by) => reject(new Error(`autocannon ended with ${by ?? code}`)));
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      cannon.send(options);
    });
  }

  return {
    prepare: () => void started(),
    async run({ connections, amount, path: asked = '/' }) {
      signal.throwIfAborted();
      const url = `http://127.0.0.1:${port}${asked}`;
      const since = now();
      const outcome = await fire({ url, connections, amount, timeout: 10, sampleInt: SAMPLE_MS, mostMs: MOST_MS });
      if ('error' in outcome) throw new Error(outcome.error);
      const seconds = Math.max(0.001, (now() - since) / 1000);
      const perSecond = Math.round(outcome.result.ok / seconds);
      return { kind: 'pressure', t: now(), since, connections, perSecond, ...outcome.result };
    },
    close() {
      own?.kill('SIGKILL');
      own = null;
    },
  };
}
