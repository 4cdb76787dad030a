// Judges lesson 5: the register that every worker tells, while workers boot slowly, are killed, exit and leave.
import {
  askBesideSlow,
  visitMeanwhile,
  type Entry,
  type Life,
  type Load,
  type Reach,
  type Scenario,
  type Stage,
} from '#harness';
import {
  answersBeforeItLeaves,
  everyLesson,
  EXIT,
  exitsWithItsCode,
  GRANTED_AGE_MS,
  isUpToDate,
  killedIsReplaced,
  KILLED_LATER,
  leaverGone,
  leavesForGood,
  replacementWait,
  tellsEveryWorker,
  tellsNoStateEarly,
  tellsTheKilled,
  TOLD,
  UNDER_WAY,
  waitsForSlow,
  type Property,
} from '#checker';

/** Longer than a register may be old, on any machine that can tell: what is told wrongly then is wrong. */
const TOLD_MS = 2500;
/** For the stalls of an idle machine; a slower one has longer ones. */
const A_LITTLE_MS = 250;
/** Later than the end of any run. */
const NEVER_MS = 60_000;
/** A request that is under way when its worker leaves: nearly the longest there is. */
const SLOW_MS = 2800;
/** Codes to exit with: 0 is a crash too, and 137 no signal, whatever a shell makes of it. */
const CODES = [7, 0, 255, 137];
/** Where it is asked, and the stream of that. */
const REGISTER = { path: '/workers', stream: 'register' };
/** Clients without a pause would take the whole machine. */
const LIGHTLY_MS = 2;

function isAnswered(entry: Entry | null): entry is Entry {
  return entry?.outcome === 'answered' && Math.floor((entry.status ?? 0) / 100) === 2;
}

/** Reading changes nothing, so it can be tried until the right worker answers. */
function read(stage: Stage, workers: Reach, pid: number): Promise<Entry | null> {
  return workers.ask(pid, REGISTER.path, { stream: REGISTER.stream, tries: 4 * stage.cores });
}

/**
 * Asks every worker until all of them tell what is so, one of them for so long that it has to know it, or until what they
 * tell would be too old. Where it is not told, what follows would only show the same once more.
 */
async function allTell(stage: Stage, name: string): Promise<boolean> {
  const workers = await stage.reach(1, '/');
  const mature = () => stage.now() - GRANTED_AGE_MS - A_LITTLE_MS * Math.min(stage.stretch(), 6);
  const told = await stage.until(
    name,
    async () => {
      let right = stage.listening().some(({ listening }) => (listening ?? Infinity) < mature());
      for (const pid of workers.pids) {
        const entry = await read(stage, workers, pid);
        if (entry === null || !isUpToDate(entry, stage.lives)) right = false;
      }
      return right;
    },
    { limit: TOLD_MS, every: 60 },
  );
  workers.close();
  return told;
}

interface ReplacedOptions {
  readonly loads?: readonly Load[];
  /** Asks for the register every so many ms. */
  readonly every?: number;
}

/** The replacement of a worker that was just killed. Until the primary knows that it is dead, it may deal to it, and nobody answers. */
function replaced(stage: Stage, k: number, victim: Life | null, { loads = [], ...how }: ReplacedOptions) {
  return visitMeanwhile(stage, stage.replacement(replacementWait(k), loads), {
    ...REGISTER,
    ...how,
    from: () => victim === null || victim.exited !== null,
  });
}

async function bootSlowly(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('asking all workers for the register');
  if (!(await allTell(stage, TOLD.atFirst))) return;
  stage.step('killing a worker whose replacement boots slowly');
  // for so long that a worker that is online and does not listen is to be told by all
  stage.boots({ each: { how: 'slow', ms: Math.round(1100 + 500 * Math.min(stage.stretch(), 4)) } });
  // often, since a process is online some 30 ms after its fork
  await replaced(stage, 1, await stage.kill({ lateDisconnect: 300 }), { every: 5 });
  await allTell(stage, TOLD.killed);
}

/** The longest there is, of the worker that is never killed. Where no connection is kept it is with any of them: so more of them. */
async function askForLong(stage: Stage, workers: Reach): Promise<void> {
  const survivor = stage.listening().at(-1)?.pid ?? 0;
  const ask = () => workers.ask(survivor, '/slow?ms=3000', { stream: 'long', dueIn: 3000 });
  await Promise.all(Array.from({ length: 2 * stage.cores }, ask));
  workers.close();
}

async function crash(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('asking beside a slow request');
  await askBesideSlow(stage);
  stage.step('killing a worker under load, and its replacement');
  const long = askForLong(stage, await stage.reach(1, '/'));
  const loads = [
    stage.load({ stream: 'busy', mode: 'busy', connections: stage.cores, path: '/', pause: LIGHTLY_MS }),
    // connections that are handed to a worker when it dies: then no disconnect event comes for it
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 2, path: '/', pause: LIGHTLY_MS }),
  ];
  if (await replaced(stage, 1, await stage.kill({ inHand: true }), { loads })) {
    // and of this one it is certain
    const heir = await stage.kill({ inHand: true, choose: (workers) => workers.at(-1), lateDisconnect: NEVER_MS });
    await replaced(stage, 2, heir, { loads });
  }
  stage.mark('replacement is visited');
  await stage.stop(...loads);
  await stage.visit(4 * stage.cores);
  await long;
  await allTell(stage, TOLD.crashed);
}

async function exit(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('asking all workers for the register');
  if (!(await allTell(stage, TOLD.atFirst))) return;
  for (const [i, code] of CODES.entries()) {
    stage.step(`asking a worker to exit with code ${code}`);
    const before = stage.listening().length;
    const workers = await stage.reach(1, '/');
    // the newest one, so that replacements exit too, and one worker sees it all
    const pid = workers.pids.at(-1) ?? 0;
    const answer = await workers.ask(pid, `/exit?code=${code}`, { stream: 'exit' });
    workers.close();
    if (!isAnswered(answer)) return;
    const from = stage.now();
    const gone = () => stage.lives.some((life) => life.exited !== null && life.exited > answer.t);
    if (!(await stage.until(EXIT.gone(i + 1), gone, { limit: 5000, quiet: true }))) return;
    const asMany = () => stage.listening().length >= before;
    if (!(await stage.until(EXIT.replaced(i + 1), asMany, { limit: 5000 - (stage.now() - from), quiet: true }))) return;
    if (!(await allTell(stage, TOLD.exited))) return;
  }
}

/** Asks a worker to leave; then its clients are done when `underWay` is. */
async function leave(stage: Stage, k: number, workers: Reach, underWay: () => Promise<unknown>): Promise<boolean> {
  const [pid = 0] = workers.pids;
  const slow = underWay();
  await stage.rest(60);
  const answer = await workers.ask(pid, '/leave', { stream: 'leave' });
  await visitMeanwhile(stage, slow, REGISTER);
  workers.close();
  if (!isAnswered(answer)) return false;
  const gone = () => stage.lives.some((life) => life.exited !== null && life.exited > answer.t);
  // what is told of it between its last two events
  const from = () => stage.lives.some((life) => life.pid === pid && life.disconnected !== null);
  return visitMeanwhile(stage, stage.until(leaverGone(k), gone, { limit: 7000, quiet: true }), { ...REGISTER, from });
}

/** A slow request to each worker: without kept connections it is not told in advance whose it will be. */
async function slowToAll(workers: Reach, ms: number, stream: string): Promise<void> {
  await Promise.all(workers.pids.map((pid) => workers.ask(pid, `/slow?ms=${ms}`, { stream, dueIn: ms })));
}

async function depart(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('asking a worker to leave');
  if (!(await leave(stage, 1, await stage.reach(1, '/'), async () => {}))) return;
  if (!(await allTell(stage, TOLD.left))) return;

  stage.step('asking a worker to leave that has a request under way');
  const workers = await stage.reach(2, '/');
  if (!(await leave(stage, 2, workers, () => slowToAll(workers, SLOW_MS, UNDER_WAY)))) return;
  if (!(await allTell(stage, TOLD.left))) return;

  stage.step('killing a worker: it alone is replaced');
  const before = stage.listening().length;
  await stage.kill();
  const asMany = () => stage.listening().length >= before;
  if (!(await stage.until(KILLED_LATER, asMany, { limit: 5000, quiet: true }))) return;
  if (!(await allTell(stage, TOLD.left))) return;

  stage.step('killing the primary while a worker leaves');
  const last = await stage.reach(2, '/');
  void slowToAll(last, 3000, 'leaving');
  await stage.rest(60);
  const [pid = 0] = last.pids;
  await last.ask(pid, '/leave', { stream: 'leave' });
  const leaves = () => stage.lives.some((life) => life.exited === null && (life.closed ?? life.disconnected) !== null);
  await stage.until('a worker leaves', leaves, { limit: 2000 });
}

export const scenarios: readonly Scenario[] = [
  { name: 'departures', cores: 4, ending: 'SIGKILL', play: depart },
  { name: 'a slow boot', cores: 3, boots: { each: { how: 'fine' } }, ending: 'SIGTERM', play: bootSlowly },
  // with four that exit, the register comes to two digits
  { name: 'exits', cores: 6, ending: 'SIGTERM', play: exit },
  { name: 'crashes', cores: 3, ending: 'SIGKILL', play: crash },
];

const all = scenarios.map((scenario) => scenario.name);
const chapter = 'docs/05-a-workers-life.md';

export const properties: readonly Property[] = everyLesson(
  { on: all, outlived: `${chapter}#a-leaving-worker-and-its-primary` },
  [
    {
      id: '5.1',
      says: 'any worker tells of all workers',
      read: `${chapter}#a-register-of-all-workers`,
      on: ['a slow boot', 'crashes', 'exits', 'departures'],
      judge: tellsEveryWorker,
    },
    {
      id: '5.2',
      says: 'no state is told before its event',
      read: `${chapter}#no-state-before-its-event`,
      on: ['a slow boot', 'departures', 'crashes'],
      needs: ['5.1'],
      judge: tellsNoStateEarly,
    },
    {
      id: '5.3',
      says: 'a killed worker is told as killed',
      read: `${chapter}#a-killed-worker`,
      on: ['crashes', 'a slow boot'],
      needs: ['5.1'],
      judge: tellsTheKilled,
    },
    killedIsReplaced({ on: ['crashes'] }),
    {
      id: '5.4',
      says: 'an exit is told with its code',
      read: `${chapter}#an-exit-with-a-code`,
      on: ['exits'],
      needs: ['5.1'],
      judge: exitsWithItsCode,
    },
    {
      id: '5.5',
      says: 'a worker that leaves is not missed',
      read: `${chapter}#a-worker-that-leaves`,
      on: ['departures'],
      needs: ['5.1'],
      judge: leavesForGood,
    },
    {
      id: '5.6',
      says: 'what is under way is answered first',
      read: `${chapter}#what-is-under-way-when-it-leaves`,
      on: ['departures'],
      needs: ['5.1'],
      judge: answersBeforeItLeaves,
    },
    waitsForSlow({ on: ['crashes'] }),
  ],
);
