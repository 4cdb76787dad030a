// A rolling restart under load: clients that go on all the time, the signal, and the wait until all is new.
import type { Load } from '../ledger.ts';
import type { Stage } from '../stage.ts';
import { patient } from './slow.ts';

/**
 * Clients that go on all the time: keep-alive ones with that pause in ms, some with a connection for each request, and
 * patient ones, who keep a connection with one short wait after the other and would stay with an old worker for ever.
 */
export function steadyLoads(stage: Stage, pause = 0): Load[] {
  return [
    stage.load({ stream: 'keep-alive', mode: 'busy', connections: 2 * stage.cores, path: '/', pause }),
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 2, path: '/', pause }),
    patient(stage, '/slow?ms=250', 250),
  ];
}

export async function underWay(stage: Stage, loads: readonly Load[]): Promise<void> {
  await stage.until('requests of all kinds are under way', () => loads.every((load) => load.sent > stage.cores), {
    limit: 3000,
  });
}

export interface RestartOptions {
  /** The name of the wait for its first fork, where the loads were stopped for that. */
  readonly begun: string;
  /** The name of the wait for its end. */
  readonly over: string;
  /** At the first fork after the signal. */
  readonly onBegun?: () => void;
  /** Again and again while the first replacement takes long to listen. */
  readonly whileBooting?: () => void;
}

/** Sends SIGHUP and waits until all are new and all old ones gone. Where nothing begins, the clients are stopped. */
export async function restart(
  stage: Stage,
  loads: readonly Load[],
  { begun: hasBegun, over, onBegun, whileBooting }: RestartOptions,
): Promise<boolean> {
  const before = stage.listening().length;
  const since = stage.now();
  const begun = (): boolean => stage.lives.some((life) => life.forked > since);
  stage.signal('SIGHUP');
  if (!(await stage.until('the first fork after SIGHUP', begun, { limit: 2000, every: 1 }))) {
    await stage.stop(...loads);
    if (!(await stage.until(hasBegun, begun, { limit: 8000, quiet: true }))) return false;
  }
  onBegun?.();
  const allNew = (): boolean => stage.listening().filter((life) => life.forked > since).length >= before;
  const oldGone = (): boolean => stage.lives.every((life) => life.exited !== null || life.forked > since);
  const isFirstBooting = (): boolean => stage.lives.every((life) => life.forked <= since || life.listening === null);
  let asked = stage.now();
  return stage.until(
    over,
    () => {
      if (isFirstBooting() && stage.now() - asked > 150) {
        asked = stage.now();
        whileBooting?.();
      }
      return stage.listening().length === before && allNew() && oldGone();
    },
    { limit: 10_000 },
  );
}
