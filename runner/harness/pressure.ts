// Steady load by autocannon, for throughput and latency where nothing breaks. What is lost is the ledger's business.
import type { Instance, Result } from 'autocannon';
import type { EventOf } from './history.ts';

export interface PressureOptions {
  readonly connections: number;
  /** How many requests in all. */
  readonly amount: number;
  readonly path?: string;
}

interface Setting extends PressureOptions {
  readonly port: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** autocannon ends with a sample; its default of 1 s would be the shortest load. */
const SAMPLE_MS = 50;
/** Longest time in s, whatever the amount. */
const MOST_SECONDS = 20;

/** Gives autocannon's own account. */
export async function pressure({
  connections,
  amount,
  path = '/',
  port,
  now,
  signal,
}: Setting): Promise<EventOf<'pressure'>> {
  const { default: autocannon } = await import('autocannon');
  signal.throwIfAborted();
  const since = now();
  const options = { url: `http://127.0.0.1:${port}${path}`, connections, amount, timeout: 10, sampleInt: SAMPLE_MS };
  // the instance is both a promise and an emitter with stop(); its types know only one of them at a time
  const running = autocannon(options) as Promise<Result> & Pick<Instance, 'stop'>;
  const limit = setTimeout(() => running.stop(), MOST_SECONDS * 1000);
  const abort = (): void => running.stop();
  signal.addEventListener('abort', abort);
  try {
    const result = await running;
    const seconds = Math.max(0.001, (now() - since) / 1000);
    return {
      kind: 'pressure',
      t: now(),
      since,
      connections,
      sent: result.requests.sent,
      ok: result['2xx'],
      other: result.non2xx,
      errors: result.errors + result.timeouts,
      perSecond: Math.round(result['2xx'] / seconds),
      p50: result.latency.p50,
      p99: result.latency.p99,
    };
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', abort);
  }
}
