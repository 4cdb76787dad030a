// What several lessons do about slow requests: clients that are patient, and one that need not be.
import type { Entry, Load } from '../ledger.ts';
import type { Stage } from '../stage.ts';

/** Clients that have one request of so many ms after the other. */
export function patient(stage: Stage, stream: string, ms: number): Load {
  return stage.load({ stream, mode: 'slow', connections: stage.cores + 1, path: `/slow?ms=${ms}`, dueIn: ms });
}

/**
 * Two requests to one worker: a slow one, and one that need not wait for it. Where it did, the worker may have been kept
 * waiting by this machine: tried again with more time.
 */
export async function askBesideSlow(stage: Stage): Promise<void> {
  const workers = await stage.reach(2, '/');
  const [pid] = workers.pids;
  if (pid === undefined) return;
  for (const ms of stage.stretch() < 6 ? [350, 1000] : [350, 3000]) {
    const slow = workers.ask(pid, `/slow?ms=${ms}`, { stream: 'beside slow', dueIn: ms });
    await stage.rest(50);
    // without kept connections the slow one is with any worker: each of them is asked
    const others: (Entry | null)[] = [];
    for (const each of workers.pids) others.push(await workers.ask(each, '/', { stream: 'beside slow', tries: 3 }));
    const { end, pid: busy } = (await slow) ?? { end: 0, pid: null };
    if (others.some((other) => other?.pid === busy && other.end < end)) break;
  }
  workers.close();
}
