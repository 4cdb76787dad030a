// A shutdown under load: clients that hold a program back in each way that there is, the signal, and its end.
import type { Load } from '../ledger.ts';
import type { Stage } from '../stage.ts';
import { patient } from './slow.ts';

/** Clients that only keep a connection: one that has been answered, and one that has asked nothing yet, for each worker. */
export async function idleClients(stage: Stage): Promise<void> {
  await stage.reach(1, '/');
  for (let i = 0; i < stage.cores; i += 1) await stage.connect();
}

/** Slow requests, one for each client. What has been sent is to be answered, whether a worker has begun it yet or not. */
export async function slowUnderWay(stage: Stage, ms: number): Promise<Load> {
  const slow = stage.load({
    stream: 'slow',
    mode: 'slow',
    connections: 2 * stage.cores,
    path: `/slow?ms=${ms}`,
    dueIn: ms,
  });
  // connections are opened in their order: when this one is answered, those before it have sent theirs
  await stage.visit(1);
  return slow;
}

export interface ShutdownOptions {
  /** How many keep-alive clients, and their pause in ms between two requests. */
  readonly busy: number;
  readonly pause?: number;
  /** Sends what else is to be under way at the signal, and ends when it is answered. */
  readonly beside?: () => Promise<unknown>;
  /** Sends the signal. */
  readonly send: () => void;
  /** The name of the wait for the program's end. */
  readonly over: string;
}

/** Loads a program, all of whose workers listen; sends the signal, and waits until it and all requests are over. */
export async function shutDownUnderLoad(
  stage: Stage,
  { busy, pause = 0, beside, send, over }: ShutdownOptions,
): Promise<void> {
  await idleClients(stage);
  stage.step('loading it: busy, fresh, idle and slow clients');
  const loads = [
    stage.load({ stream: 'keep-alive', mode: 'busy', connections: busy, path: '/', pause }),
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 2, path: '/', pause: 2 }),
    stage.load({ stream: 'fresh slow', mode: 'fresh', connections: 2, path: '/slow?ms=500', dueIn: 500 }),
    patient(stage, 'patient', 150),
  ];
  await stage.until('requests of all kinds are under way', () => loads.every((load) => load.sent > 0), { limit: 3000 });
  const others = beside?.();
  const slow = await slowUnderWay(stage, 2000);
  send();
  const answered = slow.stop();
  await stage.ended(over, 5000);
  await Promise.all([answered, others, stage.stop(...loads)]);
}
