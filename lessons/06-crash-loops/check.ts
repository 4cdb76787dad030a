// Judges lesson 6: new workers that die or hang, after a crash, in a restart and at the start, and a restart in which all is well.
import {
  askBesideSlow,
  killTwice,
  patient,
  restart,
  steadyLoads,
  underWay,
  type KillOptions,
  type Load,
  type Scenario,
  type Stage,
} from '#harness';
import {
  everyLesson,
  forksOneAfterTheOther,
  forksSlowlyWhileTheyDie,
  givesABadDeployUp,
  killedIsReplaced,
  killsWhatHangsAtBoot,
  LOOP,
  recovers,
  replacementWait,
  replacesTheStableAtOnce,
  RESTART,
  restartsWithoutLoss,
  waitsForSlow,
  WATCHED,
  type Property,
} from '#checker';

const FINE = { each: { how: 'fine' } } as const;

/** Clients that notice whether somebody serves, and leave the machine to the others: these runs take long. */
function lightLoads(stage: Stage): Load[] {
  return [
    stage.load({ stream: 'keep-alive', mode: 'busy', connections: stage.cores, path: '/', pause: 50 }),
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 1, path: '/', pause: 50 }),
  ];
}

async function loopAndComeBack(stage: Stage): Promise<void> {
  await stage.allListening();
  const loads = lightLoads(stage);
  stage.step('killing a worker, and letting every new one die at boot');
  stage.boots({ each: { how: 'dies' } });
  const since = stage.now();
  await stage.kill({ inHand: true });
  await seeItLoop(stage, since);

  stage.step('letting workers boot again');
  stage.boots(FINE);
  const whole = () => stage.listening().length >= stage.cores;
  if (await stage.until(LOOP.recovered, whole, { limit: 10_000 })) {
    stage.step('killing a worker that has listened for 5 s');
    await stage.rest(5100);
    // it need not have anything in hand, and with the clients all with its elder it rarely has
    await killAndAwaitFork(stage, (listening) => listening.at(-1));
  }
  await stage.stop(...loads);
}

/** A replacement may be forked before this process goes on: what counts begins before the kill. */
async function killAndAwaitFork(stage: Stage, choose?: KillOptions['choose']): Promise<void> {
  const before = stage.now();
  await stage.kill(choose === undefined ? {} : { choose });
  await stage.until(LOOP.replaced, () => stage.lives.some((life) => life.forked > before), { limit: 5000 });
}

/**
 * Until it can be told whether the pauses between forks stay bounded: one has become long, or they grow no more, or nothing
 * is forked any more. Ends right after a death, so that the next fork is as far away as it can be.
 */
async function seeItLoop(stage: Stage, since: number): Promise<void> {
  const seen = (): boolean => {
    const lives = stage.lives.filter((life) => life.forked > since);
    const dead = lives.filter(({ exited }) => exited !== null);
    const pauses = dead.slice(1).map((life, i) => life.forked - (dead[i]?.exited ?? since));
    const [before = Infinity, last = 0] = pauses.slice(-2);
    const idle = stage.now() - (lives.at(-1)?.exited ?? since);
    if (lives.length > dead.length || stage.now() - since < 14_000) return last > 5000;
    return last > 5000 || last < 1.3 * before || idle > 11_000;
  };
  await stage.until('the crash loop is seen', seen, { limit: 25_000 });
}

/** SIGHUP while new workers hang, and 15 s of patience. */
async function deploy(stage: Stage): Promise<Load[]> {
  const loads = lightLoads(stage);
  stage.step('restarting by SIGHUP while every new worker hangs at boot');
  stage.boots({ each: { how: 'hangs' } });
  stage.signal('SIGHUP');
  await stage.until(LOOP.givenUp, () => false, { limit: 15_000 });
  await watch(stage, 3000);
  return loads;
}

/** The same where the first one takes an old one's place, which says nothing of those after it, and the next ones die. */
async function deployHalfway(stage: Stage): Promise<Load[]> {
  // clients that pause may rightly lose a request when a worker goes
  const busy = steadyLoads(stage);
  await underWay(stage, busy);
  stage.step('restarting by SIGHUP while every new worker but the first dies at boot');
  stage.boots({ each: { how: 'dies' }, workers: { [nextWorker(stage)]: { how: 'fine' } } });
  const since = stage.now();
  stage.signal('SIGHUP');
  const oneIsGone = () => stage.lives.some(({ exited }) => exited !== null && exited > since);
  await stage.until('an old worker is gone', oneIsGone, { limit: 10_000 });
  await stage.stop(...busy);
  const loads = lightLoads(stage);
  await stage.until(LOOP.givenUp, () => false, { limit: Math.max(0, 15_000 - (stage.now() - since)) });
  await watch(stage, 5000);
  return loads;
}

/** For forks of a restart that was given up. */
async function watch(stage: Stage, ms: number): Promise<void> {
  await stage.rest(ms);
  stage.mark(WATCHED);
  stage.boots(FINE);
}

/** SIGHUP when new workers are well. */
async function deployAgain(stage: Stage, loads: readonly Load[]): Promise<void> {
  stage.step('restarting when workers boot again');
  await restart(stage, loads, { begun: 'a later restart begins', over: LOOP.later });
  await stage.stop(...loads);
}

function nextWorker(stage: Stage): number {
  return Math.max(...stage.lives.map(({ worker }) => worker)) + 1;
}

async function killTwiceThenDeploy(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('killing a worker under load, and its replacement');
  const loads = lightLoads(stage);
  await killTwice(stage, loads, replacementWait);
  const more = await deployHalfway(stage);
  stage.step('killing one of those that stayed');
  await killAndAwaitFork(stage);
  await stage.replacement(replacementWait(3), more);
  await stage.visit(4 * stage.cores);
  await deployAgain(stage, more);
}

async function bootHangingThenDeploy(stage: Stage): Promise<void> {
  stage.step('one worker hangs at boot, another takes 4 s');
  if (await filledAgain(stage, HUNG)) await deployAgain(stage, await deploy(stage));
}

async function restartThenHang(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('asking beside a slow request');
  await askBesideSlow(stage);

  stage.step('restarting by SIGHUP under load');
  const loads = steadyLoads(stage);
  await underWay(stage, loads);
  const answered: Promise<void>[] = [];
  const sendSlow = () => void answered.push(stage.stop(patient(stage, 'slow', 2000)));
  sendSlow();
  const whole = await restart(stage, loads, { ...RESTART, onBegun: sendSlow, whileBooting: sendSlow });
  await Promise.all([...answered, stage.stop(...loads)]);
  if (!whole) return;

  stage.step('killing a worker, and letting its replacement hang at boot');
  const next = nextWorker(stage);
  stage.boots({ ...FINE, workers: { [next]: { how: 'hangs' } } });
  await stage.kill();
  await filledAgain(stage, next);
}

/** Waits until the worker that is to hang at boot is there, then until it is gone, and then until its place is filled. */
async function filledAgain(stage: Stage, hung: number): Promise<boolean> {
  const isThere = () => stage.lives.some((life) => life.worker === hung);
  const isGone = () => stage.lives.some((life) => life.worker === hung && life.exited !== null);
  if (!(await stage.until('the one that hangs is forked', isThere, { limit: 5000 }))) return false;
  if (!(await stage.until(LOOP.gone, isGone, { limit: 9000 }))) return false;
  return stage.until(LOOP.filled, () => stage.listening().length >= stage.cores, { limit: 10_000 });
}

/** Deadlines and back-offs: several such checks side by side do not disturb each other. */
export const mostlyWaits = true;

/** In the first generation. */
const [HUNG, SLOW] = [2, 3];

export const scenarios: readonly Scenario[] = [
  { name: 'crash loop', cores: 2, ending: 'SIGTERM', play: loopAndComeBack },
  { name: 'bad deploy', cores: 2, ending: 'SIGTERM', play: killTwiceThenDeploy },
  {
    name: 'hung deploy',
    cores: 3,
    boots: { ...FINE, workers: { [HUNG]: { how: 'hangs' }, [SLOW]: { how: 'slow', ms: 4000 } } },
    ending: 'SIGTERM',
    play: bootHangingThenDeploy,
  },
  { name: 'restart', cores: 3, ending: 'SIGKILL', play: restartThenHang },
];

const chapter = 'docs/06-crash-loops.md';
const rolling = 'docs/04-zero-downtime-restart.md';
const deploys = ['bad deploy', 'hung deploy'];

export const properties: readonly Property[] = everyLesson(
  // one that hangs at boot does not listen 10 s after the start
  { on: ['crash loop', 'bad deploy', 'restart'] },
  [
    waitsForSlow({ on: ['restart'] }),
    killedIsReplaced({ on: ['bad deploy'] }),
    ...restartsWithoutLoss({ on: ['restart'] }),
    {
      id: '6.2',
      says: 'a crash loop is slowed down',
      read: `${chapter}#a-crash-loop-is-slowed-down`,
      on: ['crash loop', 'bad deploy'],
      judge: forksSlowlyWhileTheyDie,
    },
    {
      id: '6.3',
      says: 'it comes back by itself',
      read: `${chapter}#it-comes-back-by-itself`,
      on: ['crash loop'],
      needs: ['6.2'],
      judge: recovers,
    },
    {
      id: '6.1',
      says: 'one that was all right is replaced at once',
      read: `${chapter}#one-that-was-all-right-is-replaced-at-once`,
      on: ['crash loop', 'bad deploy'],
      needs: ['6.2', '6.3'],
      judge: replacesTheStableAtOnce,
    },
    {
      id: '6.4',
      says: 'a boot has a deadline',
      read: `${chapter}#a-boot-has-a-deadline`,
      on: ['restart', 'hung deploy'],
      judge: killsWhatHangsAtBoot,
    },
    {
      id: '6.5',
      says: 'a bad deploy is given up',
      read: `${chapter}#a-bad-deploy-is-given-up`,
      on: deploys,
      judge: givesABadDeployUp,
    },
    {
      id: '4.6',
      says: 'a planned exit is not a crash',
      read: `${rolling}#a-planned-exit-is-not-a-crash`,
      on: ['restart', ...deploys],
      needs: ['0.3'],
      judge: forksOneAfterTheOther,
    },
  ],
);
