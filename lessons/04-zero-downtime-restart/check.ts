// Judges lesson 4: a rolling restart under three kinds of load that loses nothing, once, twice, and with its primary killed.
import type { Entry, Scenario, Stage } from '#harness';
import {
  everyLesson,
  forksOnceEach,
  killedIsReplaced,
  losesNothing,
  neverListensWithFewer,
  replacementWait,
  replacesAfterRestart,
  replacesEveryWorker,
  RESTART,
  retiredWorkersGo,
  servesASecondSignal,
  waitsWithoutBlocking,
  type Property,
} from '#checker';

type Loads = ReturnType<Stage['load']>[];

/**
 * The pause of a client, in ms. Clients without one take the whole machine: they are for the one run in which losses are
 * looked for, since a connection that is closed while it is idle is noticed by them alone.
 */
const LIGHTLY_MS = 2;

/** Clients that have one request of so many ms after the other. */
function patient(stage: Stage, stream: string, ms: number): Loads[number] {
  return stage.load({ stream, mode: 'slow', connections: stage.cores + 1, path: `/slow?ms=${ms}`, dueIn: ms });
}

/**
 * Clients that go on all the time: keep-alive ones with that pause, some with a connection for each request, and patient
 * ones, who keep a connection with one short wait after the other and would stay with an old worker for ever.
 */
function steadyLoads(stage: Stage, pause = 0): Loads {
  return [
    stage.load({ stream: 'keep-alive', mode: 'busy', connections: 2 * stage.cores, path: '/', pause }),
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 2, path: '/', pause }),
    patient(stage, '/slow?ms=250', 250),
  ];
}

async function underWay(stage: Stage, loads: Loads): Promise<void> {
  await stage.until('requests of all kinds are under way', () => loads.every((load) => load.sent > stage.cores), {
    limit: 3000,
  });
}

/**
 * Two requests to one worker: a slow one, and one that need not wait for it. Where it did, the worker may have been kept
 * waiting by this machine: tried again with more time.
 */
async function askBesideSlow(stage: Stage): Promise<void> {
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

interface RestartOptions {
  /** The name of the wait for its end. */
  readonly over?: string;
  /** At the first fork after the signal. */
  readonly onBegun?: () => void;
  /** Again and again while the first replacement takes long to listen. */
  readonly whileBooting?: () => void;
}

/** Sends SIGHUP and waits until all are new and all old ones gone. Where nothing begins, the clients are stopped. */
async function restart(
  stage: Stage,
  loads: Loads,
  { over = RESTART.over, onBegun, whileBooting }: RestartOptions = {},
): Promise<boolean> {
  const before = stage.listening().length;
  const since = stage.now();
  const begun = () => stage.lives.some((life) => life.forked > since);
  stage.signal('SIGHUP');
  if (!(await stage.until('the first fork after SIGHUP', begun, { limit: 2000, every: 1 }))) {
    await stage.stop(...loads);
    if (!(await stage.until(RESTART.begun, begun, { limit: 8000, quiet: true }))) return false;
  }
  onBegun?.();
  const allNew = () => stage.listening().filter((life) => life.forked > since).length >= before;
  const oldGone = () => stage.lives.every((life) => life.exited !== null || life.forked > since);
  const isFirstBooting = () => stage.lives.every((life) => life.forked <= since || life.listening === null);
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

async function restartOnce(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('asking beside a slow request');
  await askBesideSlow(stage);

  stage.step('restarting by SIGHUP under load');
  const steady = steadyLoads(stage);
  await underWay(stage, steady);
  // Slow requests are under way when their workers are told to go: sent before the signal, just before the first worker
  // goes, and again while this machine takes long to bring up its successor. One each: more of them would only make the
  // check longer.
  const answered: Promise<void>[] = [];
  const sendSlow = () => void answered.push(stage.stop(patient(stage, 'slow', 2000)));
  sendSlow();
  const whole = await restart(stage, steady, { onBegun: sendSlow, whileBooting: sendSlow });
  await Promise.all(answered);
  if (whole) {
    stage.step('killing a new worker');
    await stage.kill({ inHand: true });
    await stage.replacement(replacementWait(1), steady);
  }
  await stage.stop(...steady);
}

async function restartTwice(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('sending a second SIGHUP while the first is served');
  const loads = [...steadyLoads(stage, LIGHTLY_MS), patient(stage, '/slow?ms=450', 450)];
  await underWay(stage, loads);
  if (await restart(stage, loads, { onBegun: () => stage.signal('SIGHUP') })) {
    // a second restart that was queued begins right after the first one
    let forked = stage.lives.length;
    let still = stage.now();
    const asMany = () =>
      stage.lives.filter((life) => life.exited === null).length === stage.cores &&
      stage.listening().length === stage.cores;
    const atRest = await stage.until(
      RESTART.atRest,
      () => {
        if (stage.lives.length !== forked || !asMany()) {
          forked = stage.lives.length;
          still = stage.now();
        }
        return stage.now() - still > 500;
      },
      { limit: 10_000 },
    );
    if (atRest) {
      stage.step('sending SIGHUP once more, when all is over');
      await restart(stage, loads, { over: RESTART.later });
    }
  }
  await stage.stop(...loads);
}

async function loseWorkersThenThePrimary(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('killing a worker under load, and its replacement');
  // to the last one, which is never killed here
  const workers = await stage.reach(1, '/');
  const survivor = stage.listening().at(-1)?.pid ?? 0;
  // a connection of its own is dealt to any worker, and with a killed one it tells nothing: more of them, where none is kept
  const long = Promise.all(
    Array.from({ length: 2 * stage.cores }, () =>
      workers.ask(survivor, '/slow?ms=3000', { stream: 'long', dueIn: 3000 }),
    ),
  );
  const loads = [
    stage.load({ stream: 'keep-alive', mode: 'busy', connections: 2 * stage.cores, path: '/', pause: LIGHTLY_MS }),
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 2, path: '/', pause: LIGHTLY_MS }),
  ];
  await stage.kill({ inHand: true });
  if (await stage.replacement(replacementWait(1), loads)) {
    await stage.kill({ inHand: true, choose: (listening) => listening.at(-1) });
    await stage.replacement(replacementWait(2), loads);
  }
  stage.mark('replacement is visited');
  await stage.stop(...loads);
  await stage.visit(4 * stage.cores);
  await long;

  stage.step('killing the primary while workers leave');
  const slow = stage.load({
    stream: 'leaving',
    mode: 'slow',
    connections: 2 * stage.cores,
    path: '/slow?ms=3000',
    dueIn: 3000,
  });
  await stage.until('slow requests are under way', () => slow.sent >= 2 * stage.cores, { limit: 3000 });
  await stage.rest(60);
  stage.signal('SIGHUP');
  const leaves = () =>
    stage.lives.some((life) => life.exited === null && (life.closed !== null || life.disconnected !== null));
  await stage.until('a worker leaves', leaves, { limit: 2000 });
}

export const scenarios: readonly Scenario[] = [
  { name: 'crashes', cores: 2, ending: 'SIGKILL', play: loseWorkersThenThePrimary },
  { name: 'two signals', cores: 2, ending: 'SIGKILL', play: restartTwice },
  { name: 'one restart', cores: 3, ending: 'SIGTERM', play: restartOnce },
];

const all = scenarios.map((scenario) => scenario.name);
const once = ['one restart'];
const chapter = 'docs/04-zero-downtime-restart.md';

export const properties: readonly Property[] = everyLesson(
  { on: all, outlived: `${chapter}#a-leaving-worker-whose-primary-dies` },
  [
    {
      id: '4.1',
      says: 'a slow request blocks nobody',
      read: `${chapter}#slow-is-not-blocked`,
      on: ['one restart', 'crashes'],
      judge: waitsWithoutBlocking,
    },
    {
      id: '4.2',
      says: 'SIGHUP replaces every worker',
      read: `${chapter}#a-signal-replaces-every-worker`,
      on: ['one restart', 'two signals'],
      judge: replacesEveryWorker,
    },
    {
      id: '4.3',
      says: 'never fewer workers listen',
      read: `${chapter}#listening-before-the-old-one-goes`,
      on: once,
      judge: neverListensWithFewer,
    },
    {
      id: '4.4',
      says: 'not one request is lost',
      read: `${chapter}#not-one-request-is-lost`,
      on: once,
      judge: losesNothing,
    },
    {
      id: '4.5',
      says: 'a retired worker goes',
      read: `${chapter}#a-retired-worker-goes`,
      on: once,
      judge: retiredWorkersGo,
    },
    {
      id: '4.6',
      says: 'a planned exit is not a crash',
      read: `${chapter}#a-planned-exit-is-not-a-crash`,
      on: once,
      needs: ['0.3'],
      judge: forksOnceEach,
    },
    {
      id: '4.7',
      says: 'a second signal loses nothing either',
      read: `${chapter}#a-second-signal-while-the-first-is-served`,
      on: ['two signals'],
      needs: ['4.2', '4.3', '4.4', '4.5', '4.6'],
      judge: servesASecondSignal,
    },
    killedIsReplaced({ on: ['crashes'] }),
    {
      id: '4.8',
      says: 'after a restart a crash is still a crash',
      read: `${chapter}#after-a-restart-a-crash-is-still-a-crash`,
      on: once,
      needs: ['4.5', '4.6', '2.3'],
      judge: replacesAfterRestart,
    },
  ],
);
