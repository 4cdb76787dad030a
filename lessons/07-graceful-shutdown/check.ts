// Judges lesson 7: a shutdown under load, one of the whole process group, and those in which something does not end by itself.
import {
  askBesideSlow,
  idleClients,
  killTwice,
  shutDownUnderLoad,
  slowUnderWay,
  type Scenario,
  type Stage,
} from '#harness';
import {
  endsAtOnceWhenToldAgain,
  endsWithItsPrimaryUnlessLeaving,
  everyLesson,
  forksNobodyMore,
  killedIsReplaced,
  killsAtTheDeadline,
  leavesNoOrphans,
  replacementWait,
  SHUTDOWN,
  shutsDown,
  waitsForSlow,
  type Property,
} from '#checker';

async function told(stage: Stage): Promise<void> {
  await stage.allListening();
  await shutDownUnderLoad(stage, {
    busy: 2 * stage.cores,
    over: SHUTDOWN,
    send() {
      stage.step('sending SIGTERM to the primary');
      stage.signal('SIGTERM');
    },
  });
}

async function interrupted(stage: Stage): Promise<void> {
  await stage.allListening();
  await shutDownUnderLoad(stage, {
    busy: stage.cores,
    over: SHUTDOWN,
    send() {
      stage.step('sending SIGINT to the whole process group');
      stage.signal('SIGINT', { group: true });
    },
  });
}

async function stuck(stage: Stage): Promise<void> {
  await stage.allListening();
  const [stopped, blocked, third] = stage.listening();
  if (stopped === undefined || blocked === undefined || third === undefined) return;
  const workers = await stage.reach(1, '/');
  void workers.ask(third.pid, '/slow?ms=3000', { stream: 'killed', dueIn: 3000 });
  // what they have witnessed until now would be lost with them
  await stage.flush();
  stage.step('stopping one worker, blocking another, and sending SIGINT');
  stage.freeze(stopped);
  await stage.block(blocked, 20_000);
  stage.signal('SIGINT');
  // the primary is to have heard of the end before it hears of a death
  await stage.rest(200);
  stage.step('killing a leaving worker');
  await stage.kill({ inHand: true, choose: () => (third.exited === null ? third : undefined) });
  stage.step('waiting for the deadline');
  await stage.ended(SHUTDOWN, 7000);
}

/** The first signal to the whole process group, and then the second. */
async function toldTwice(stage: Stage, first: 'SIGTERM' | 'SIGINT', second: () => void): Promise<void> {
  await stage.allListening();
  await idleClients(stage);
  const slow = await slowUnderWay(stage, 3000);
  stage.step(`sending ${first} to the whole process group`);
  stage.signal(first, { group: true });
  // more than the 500 ms of the clause: the first one may have been heard late
  await stage.rest(1100);
  stage.step('sending a second signal');
  second();
  const answered = slow.stop();
  if (await stage.ended(SHUTDOWN, 1000)) await answered;
}

/** With a worker that hears nothing: "at once" is said of all of them. */
async function toldTheSameAgain(stage: Stage): Promise<void> {
  await stage.allListening();
  const slow = await slowUnderWay(stage, 3000);
  const [stopped] = stage.listening();
  if (stopped === undefined) return;
  // what it has witnessed until now would be lost with it
  await stage.flush();
  stage.step('stopping a worker, and sending SIGTERM');
  stage.freeze(stopped);
  stage.signal('SIGTERM');
  // a little more than the 500 ms of the clause
  await stage.rest(600 + 200 * Math.min(stage.stretch(), 6));
  stage.step('sending SIGTERM again');
  stage.signal('SIGTERM');
  const answered = slow.stop();
  if (await stage.ended(SHUTDOWN, 1000)) await answered;
}

async function loseWorkersThenThePrimary(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('asking beside a slow request');
  await askBesideSlow(stage);

  stage.step('killing a worker under load, and its replacement');
  const loads = [
    stage.load({ stream: 'keep-alive', mode: 'busy', connections: 2 * stage.cores, path: '/', pause: 2 }),
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 2, path: '/', pause: 2 }),
  ];
  await killTwice(stage, loads, replacementWait);

  stage.step('killing the primary while workers leave');
  await idleClients(stage);
  await slowUnderWay(stage, 3000);
  stage.signal('SIGTERM');
  const leaves = (): boolean =>
    stage.lives.some((life) => life.exited === null && (life.closed !== null || life.disconnected !== null));
  await stage.until('a worker leaves', leaves, { limit: 2000 });
}

export const scenarios: readonly Scenario[] = [
  { name: 'a deadline', cores: 3, ending: 'SIGKILL', play: stuck },
  { name: 'crashes', cores: 2, ending: 'SIGKILL', outlives: 7000, play: loseWorkersThenThePrimary },
  {
    name: 'two signals',
    cores: 2,
    ending: 'SIGKILL',
    play: (stage) => toldTwice(stage, 'SIGTERM', () => stage.signal('SIGINT')),
  },
  {
    name: 'Ctrl-C twice',
    cores: 2,
    ending: 'SIGKILL',
    play: (stage) => toldTwice(stage, 'SIGINT', () => stage.signal('SIGINT', { group: true })),
  },
  { name: 'SIGTERM twice', cores: 2, ending: 'SIGKILL', play: toldTheSameAgain },
  { name: 'Ctrl-C', cores: 2, ending: 'SIGKILL', play: interrupted },
  { name: 'SIGTERM', cores: 3, ending: 'SIGKILL', play: told },
];

const all = scenarios.map((scenario) => scenario.name);
const chapter = 'docs/07-graceful-shutdown.md';

export const properties: readonly Property[] = everyLesson(
  { on: all, outlived: `${chapter}#a-leaving-worker-and-a-dead-primary` },
  [
    ...shutsDown({ on: ['SIGTERM'], groupOn: ['Ctrl-C', 'two signals'] }),
    {
      id: '7.4',
      says: 'who hangs is killed at the deadline',
      read: `${chapter}#a-deadline-for-those-that-hang`,
      on: ['a deadline'],
      judge: killsAtTheDeadline,
    },
    {
      id: '7.5',
      says: 'a second signal ends it at once',
      read: `${chapter}#a-second-signal-is-an-order`,
      on: ['two signals', 'SIGTERM twice', 'Ctrl-C twice'],
      judge: endsAtOnceWhenToldAgain,
    },
    {
      id: '7.6',
      says: 'nobody is forked any more',
      read: `${chapter}#nobody-is-forked-any-more`,
      on: ['SIGTERM', 'Ctrl-C', 'a deadline'],
      judge: forksNobodyMore,
    },
    {
      id: '7.7',
      says: 'no leaving worker is orphaned',
      read: `${chapter}#a-leaving-worker-and-a-dead-primary`,
      on: ['crashes'],
      judge: leavesNoOrphans,
    },
    waitsForSlow({ on: ['crashes'] }),
    killedIsReplaced({ on: ['crashes'] }),
  ],
).map((property) =>
  property.id === '0.6'
    ? // a worker that was stopped notices nothing, and one whose primary was killed while it left has 7 s (7.7)
      { ...property, on: ['two signals', 'Ctrl-C', 'SIGTERM'], judge: endsWithItsPrimaryUnlessLeaving }
    : property,
);
