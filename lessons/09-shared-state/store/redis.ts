// The store in a Redis server, for the processes of any number of machines.
import { createClient } from '@redis/client';
import type { Store } from './interface.ts';

/** Redis runs a script as a whole: nobody comes between its commands. */
const ADD = `
  local isNew = redis.call('EXISTS', KEYS[1]) == 0
  local value = redis.call('INCRBYFLOAT', KEYS[1], ARGV[1])
  if isNew and ARGV[2] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return { value, redis.call('PTTL', KEYS[1]) }
`;

export function openRedisStore(url: string): Store {
  const client = createClient({
    url,
    socket: { reconnectStrategy: (tries) => Math.min(20 * 2 ** tries, 500) },
  });
  // Whoever asks meanwhile waits; an 'error' that nobody listens for would end the process.
  client.on('error', () => {});
  client.connect().catch(() => {});

  /** What has not been sent is dropped when the signal aborts; what has been sent is no longer waited for. */
  async function ask<T>(command: readonly string[], signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    const sender = signal === undefined ? client : client.withAbortSignal(signal);
    const answer = sender.sendCommand<T>(command);
    return signal === undefined ? answer : orAborted(answer, signal);
  }

  return {
    async get(key, { signal } = {}) {
      const value = await ask<string | null>(['GET', key], signal);
      return value === null ? null : Number(value);
    },
    async set(key, value, { ttlMs, signal } = {}) {
      const kept = ttlMs === undefined ? [] : ['PX', String(Math.ceil(ttlMs))];
      await ask(['SET', key, String(value), ...kept], signal);
    },
    async add(key, by, { ttlMs, signal } = {}) {
      const kept = ttlMs === undefined ? '' : String(Math.ceil(ttlMs));
      const [value, left] = await ask<[string, number]>(['EVAL', ADD, '1', key, String(by), kept], signal);
      return { value: Number(value), ttlMs: left < 0 ? null : left };
    },
    async close() {
      client.destroy();
    },
  };
}

function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
