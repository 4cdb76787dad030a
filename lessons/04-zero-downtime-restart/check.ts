// Judges lesson 4: a rolling restart under three kinds of load that loses nothing, once, twice, and with its primary killed.
import {
  askBesideSlow,
  killTwice,
  patient,
  restart as restartBySignal,
  steadyLoads,
  underWay,
  type Load,
  type RestartOptions,
  type Scenario,
  type Stage,
} from '#harness';
import {
  everyLesson,
  forksOnceEach,
  killedIsReplaced,
  replacementWait,
  replacesAfterRestart,
  RESTART,
  restartsWithoutLoss,
  servesASecondSignal,
  waitsForSlow,
  type Property,
} from '#checker';

/**
 * The pause of a client, in ms. Clients without one take the whole machine: they are for the one run in which losses are
 * looked for, since a connection that is closed while it is idle is noticed by them alone.
 */
const LIGHTLY_MS = 2;

const restart = (stage: Stage, loads: readonly Load[], more: Partial<RestartOptions> = {}): Promise<boolean> =>
  restartBySignal(stage, loads, { begun: RESTART.begun, over: RESTART.over, ...more });

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
  await killTwice(stage, loads, replacementWait);
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
    waitsForSlow({ on: ['one restart', 'crashes'] }),
    ...restartsWithoutLoss({ on: once, replacesOn: ['one restart', 'two signals'] }),
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
