// What is done to a program in a round, and when that has come to its end.
import { setTimeout as pause } from 'node:timers/promises';
import { whyOwed } from '../../runner/checker/properties/shutdown/loss.ts';
import { CORES } from './agreed.ts';
import { openClients, patient, steady, type Clients } from './clients.ts';
import type { Deed } from './programs.ts';
import type { Running } from './start.ts';
import { lossesOf, sumOf, type Round } from './tally.ts';

export interface RoundOptions {
  readonly running: Running;
  /** From 1. */
  readonly number: number;
  /** How slow this machine is: limits of time are for an idle one. */
  readonly stretch: () => number;
  /** Aborted, a round rejects with its reason. */
  readonly signal: AbortSignal;
  /** A manager has to start a command first, and replaces one worker when the last one has gone. */
  readonly isManaged: boolean;
}

/** Of these limits, those of the contract are for a program alone; a manager has as much again. */
const LISTENING_MS = 10_000; // 0.1
const RENEWED_MS = 10_000; // 4.5
const GIVEN_UP_MS = 15_000; // 6.5
const OVER_MS = 5000; // 7.2
const OUTLIVES_MS = 2000; // 0.6

/** A bad deploy is given up when for so long no worker has been forked or has gone. */
const QUIET_MS = 3000;
/** Whoever serves has answered a fresh connection within this time. */
const LATELY_MS = 2000;
/** A program that forks more workers in a round does so without end. */
const MOST_BOOTS = 150;
/** One bad deploy in ten hangs, the others die. */
const [HANGS_EACH, HANGS_AT] = [10, 5];
const LOOK_EVERY_MS = 50;

export async function playRound(deed: Deed, options: RoundOptions): Promise<Round> {
  const begun = performance.now();
  const clients = openClients(options.running.port, options.stretch);
  const close = (): void => clients.close();
  options.signal.addEventListener('abort', close, { once: true });
  try {
    const told = await PLAYS[deed](clients, options);
    options.signal.throwIfAborted();
    const answered = clients.loads.reduce((sum, load) => sum + load.answered, 0);
    const lost = lossesOf(clients.requests.filter(told.isOwed));
    return {
      requests: answered + sumOf(lost),
      lost,
      open: options.running.beyond ?? told.open ?? (answered === 0 ? 'nothing was answered' : null),
      left: told.left,
      durationMs: performance.now() - begun,
    };
  } finally {
    options.signal.removeEventListener('abort', close);
    close();
  }
}

interface Told extends Pick<Round, 'open' | 'left'> {
  readonly isOwed: (request: Clients['requests'][number]) => boolean;
}

const PLAYS: Readonly<Record<Deed, (clients: Clients, options: RoundOptions) => Promise<Told>>> = {
  async restarts(clients, options) {
    if (!(await listens(clients, options))) return notListening;
    // requests of 2 s are under way whenever a worker is told to go
    clients.load(...steady(2 * CORES, 0), patient(250), patient(2000));
    await underWay(clients, options);
    const open = await restart(clients, options);
    await clients.stop();
    return { open, left: 0, isOwed: () => true };
  },

  async deploys(clients, options) {
    const { running, number } = options;
    if (!(await listens(clients, options))) return notListening;
    clients.load(...steady(CORES, 20), patient(250));
    await underWay(clients, options);
    running.boots({ how: number % HANGS_EACH === HANGS_AT ? 'hangs' : 'dies' });
    const notGivenUp = await badDeploy(clients, options);
    running.boots({ how: 'fine' });
    const open = notGivenUp ?? (await restart(clients, options));
    await clients.stop();
    return { open, left: 0, isOwed: () => true };
  },

  async shutdowns(clients, options) {
    const { running, isManaged } = options;
    if (!(await listens(clients, options))) return notListening;
    clients.load(...steady(2 * CORES, 0), { ...patient(500, 2), mode: 'fresh' }, patient(150));
    await underWay(clients, options);
    // connections are opened in their order: when this one is answered, those before it have sent theirs
    clients.load(patient(2000, 2 * CORES));
    await clients.ask();
    const signal = { fault: 'SIGTERM', t: clients.now() } as const;
    const done = settled(running.shutDown());
    const isOver = await until(() => running.isOver(), OVER_MS * (isManaged ? 2 : 1), options);
    const limit = clients.now();
    if (isOver) await done;
    const left = isOver ? await outlive(options) : 0;
    const { ending } = running;
    const isOrderly = ending === null || ending === 'code 0';
    const open = isOver ? (isOrderly ? null : `it ended with ${ending}`) : 'it was not over in time';
    if (!isOver) await running.end();
    await Promise.all([clients.stop(), done]);
    return {
      open,
      left,
      // what is lost after the limit is lost because we ended it
      isOwed: (request) => (isOver || request.end <= limit) && whyOwed(signal, request, () => false) !== null,
    };
  },
};

const notListening: Told = { open: 'it did not come to listen', left: 0, isOwed: () => true };

/** Ends a program its own way, and gives how many processes are left of it. One that does not end leaves all of them. */
export async function leftBy(options: RoundOptions): Promise<number> {
  const done = settled(options.running.shutDown());
  await until(() => options.running.isOver(), RENEWED_MS, options);
  await done;
  return outlive(options);
}

/** How many processes are still there when they have had as long as in a check. */
async function outlive(options: RoundOptions): Promise<number> {
  await until(async () => (await options.running.living()) === 0, OUTLIVES_MS, options);
  return options.running.living();
}

/** All workers answer, each of them. */
async function listens(clients: Clients, options: RoundOptions): Promise<boolean> {
  return until(
    async () => {
      const pids = await options.running.workers();
      for (let i = 0; i < 2 * CORES; i += 1) await clients.ask();
      return pids.length === CORES && pids.every((pid) => clients.heard(pid) >= 0);
    },
    LISTENING_MS,
    options,
  );
}

async function underWay(clients: Clients, options: RoundOptions): Promise<void> {
  await until(
    async () => clients.loads.every((load) => load.sent > 0 && load.answered + load.inFlight > 0),
    3000,
    options,
  );
  await pause(100, undefined, { signal: options.signal });
}

/** Why not all workers are new in time; null where they are. */
async function restart(clients: Clients, options: RoundOptions): Promise<string | null> {
  const { running, isManaged } = options;
  const old = new Set(await running.workers());
  const since = clients.now();
  const asked = settled(running.restart());
  const isNew = async (): Promise<boolean> => {
    const pids = await running.workers();
    return pids.length === CORES && pids.every((pid) => !old.has(pid) && clients.heard(pid) > since);
  };
  const isRenewed = await until(isNew, RENEWED_MS * (isManaged ? 2 : 1), options);
  const trouble = await asked;
  return isRenewed ? trouble : (trouble ?? 'not all workers were new in time');
}

/** Why a deploy was not given up in time; null where it was. */
async function badDeploy(clients: Clients, options: RoundOptions): Promise<string | null> {
  const { running } = options;
  const before = running.booted();
  let last = '';
  let since = clients.now();
  let trouble: string | null | undefined;
  void settled(running.restart()).then((what) => (trouble = what));
  const isQuiet = async (): Promise<boolean> => {
    if (running.booted() - before > MOST_BOOTS) return true;
    const pids = await running.workers();
    const now = clients.now();
    const state = [running.booted(), ...pids].join(' ');
    if (state !== last) [last, since] = [state, now];
    const serve = pids.length === CORES && pids.every((pid) => clients.heard(pid) > now - LATELY_MS);
    return trouble !== undefined && serve && now - since > QUIET_MS;
  };
  const isGivenUp = await until(isQuiet, GIVEN_UP_MS, options);
  if (running.booted() - before > MOST_BOOTS) return `more than ${MOST_BOOTS} workers were forked`;
  if (running.booted() === before) return 'the restart forked nobody';
  return isGivenUp ? null : 'the bad deploy was not given up in time';
}

/** What went wrong, which for a manager is an answer like others. */
function settled(work: Promise<void>): Promise<string | null> {
  return work.then(
    () => null,
    (error: unknown) => (error as Error).message,
  );
}

/** Whether it came to be so within so many ms of an idle machine. */
async function until(
  isSo: () => Promise<boolean>,
  limit: number,
  { stretch, signal, running }: RoundOptions,
): Promise<boolean> {
  const begin = performance.now();
  for (;;) {
    if (await isSo()) return true;
    if (running.beyond !== null || performance.now() - begin > limit * stretch()) return false;
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}
