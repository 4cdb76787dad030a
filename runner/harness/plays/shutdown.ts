// A shutdown under load: clients of all kinds, which go on after the signal, and the wait for the program's own end.
import type { Load } from '../ledger.ts';
import type { Stage } from '../stage.ts';

/** Clients that only keep a connection: one that has been answered, and one that has asked nothing yet, for each worker. */
export async function idleClients(stage: Stage): Promise<void> {
  await stage.reach(1, '/');
  for (let i = 0; i < stage.cores; i += 1) await stage.connect();
}

/** Slow requests, two for each core. What has been sent is to be answered, whether a worker has begun it yet or not. */
export async function slowUnderWay(stage: Stage, ms: number): Promise<Load> {
  const connections = 2 * stage.cores;
  const slow = stage.load({ stream: 'slow', mode: 'slow', connections, path: `/slow?ms=${ms}`, dueIn: ms });
  await stage.rest(50);
  return slow;
}

export interface ShutdownOptions {
  /** Clients that keep their connections busy without a pause. */
  readonly busy: number;
  /** The name of the wait for the program's end. */
  readonly over: string;
  readonly send: () => void;
}

/** A signal to a program under load, and its end, 5 s later at most on an idle machine (contract 7.2). */
export async function shutDownUnderLoad(stage: Stage, { busy, over, send }: ShutdownOptions): Promise<void> {
  await idleClients(stage);
  stage.step('loading it: busy, fresh, idle and slow clients');
  const loads = endlessLoads(stage, busy);
  await stage.until('requests of all kinds are under way', () => loads.every((load) => load.sent > 0), { limit: 3000 });
  const slow = await slowUnderWay(stage, 2000);
  send();
  const answered = slow.stop();
  await stage.ended(over, 5000);
  await Promise.all([answered, stage.stop(...loads)]);
}

/** Clients that go on all the time, also after the signal, on kept connections without a pause and on fresh ones. */
function endlessLoads(stage: Stage, busy: number): Load[] {
  const patient = { mode: 'slow', connections: stage.cores + 1 } as const;
  return [
    stage.load({ stream: 'keep-alive', mode: 'busy', connections: busy, path: '/' }),
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 2, path: '/', pause: 2 }),
    stage.load({ stream: 'fresh slow', mode: 'fresh', connections: 2, path: '/slow?ms=500', dueIn: 500 }),
    stage.load({ stream: 'patient', ...patient, path: '/slow?ms=150', dueIn: 150 }),
  ];
}
