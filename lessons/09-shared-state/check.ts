// Judges lesson 9: a counter and a limit in a store that several workers share, over kills, a new start, an outage of the
// store, a second program beside the first one, and another store.
import { askBesideSlow, killTwice, type Scenario, type Stage, type Twin } from '#harness';
import {
  countsEachVisitOnce,
  endures,
  everyLesson,
  keepsItOnRedisToo,
  killedIsReplaced,
  limitsEachKey,
  remembers,
  replacementWait,
  SHARED,
  sharesWithASecondProgram,
  waitsForSlow,
  type Property,
} from '#checker';

/** Clients without a pause would take the whole machine. */
const LIGHTLY_MS = 5;
const POST = { method: 'POST' } as const;
/** Clients may name anything, also what the program itself calls something else. */
const KEYS = ['', 'visits', 'a b&c=d/e?f', 'naïve ☃', '__proto__', 'Visits'];

const limited = (key: string): string => `/limited?key=${encodeURIComponent(key)}`;

async function countVisits(stage: Stage, rounds: number): Promise<void> {
  stage.step('counting visits, one after the other and 50 at once');
  await stage.visit(2 * stage.cores, '/visits', POST);
  await stage.visit(stage.cores, '/visits');
  for (let round = 0; round < rounds; round += 1)
    await Promise.all([stage.together(50, '/visits', POST), stage.visit(4, '/visits')]);
  await stage.visit(stage.cores, '/visits');
}

async function shareWithTwin(stage: Stage): Promise<void> {
  stage.step('starting the program a second time, on the same store');
  const twin = await stage.twin();
  for (let turn = 0; turn < 2 * stage.cores; turn += 1) await takeTurns(stage, twin);
  await Promise.all([stage.together(8, limited('shared')), twin.together(8, limited('shared'))]);
}

async function takeTurns(stage: Stage, twin: Twin): Promise<void> {
  await stage.visit(1, '/visits', POST);
  await twin.ask('/visits', POST);
  await stage.visit(1, '/visits');
  await twin.ask('/visits');
}

async function share(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('asking over fresh connections');
  await stage.visit(4 * stage.cores);
  await askBesideSlow(stage);
  await countVisits(stage, 4);

  stage.step('asking a hundred times at once for what may pass ten times');
  await stage.together(100, limited('a hundred'));
  for (const key of KEYS) await stage.together(12, limited(key));
  await stage.visit(stage.cores, '/visits');
  await stage.visit(stage.cores, '/visits', POST);
  await shareWithTwin(stage);
}

/** A window that is looked at until the next one has begun, and the one after that. */
async function watchWindow(stage: Stage, key: string, windowMs: number): Promise<void> {
  const path = limited(key);
  await stage.together(12, path);
  const from = stage.now();
  const passes = async (): Promise<boolean> => {
    const [entry] = await stage.visit(1, path);
    return entry?.status === 200 || stage.now() - from > 1.75 * windowMs;
  };
  await stage.until(`a new window of ${key}`, passes, { limit: 2 * windowMs, every: 80 });
  await stage.rest(windowMs + 100);
  await stage.together(12, path);
}

const WINDOW_MS = 2000;
/** All is right again so long after the store's return (9.4). */
const RETURN_MS = 3000;

async function watchWindows(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.visit(2 * stage.cores);
  stage.step('asking on and on, until a new window begins');
  // at different times by the clock: a window that begins with the clock would be noticed in one of them
  const third = WINDOW_MS / 3;
  await Promise.all(
    [0, 1, 2].map(async (each) => {
      await stage.rest(each * third);
      await watchWindow(stage, `window ${each + 1}`, WINDOW_MS);
    }),
  );
}

async function endureOutage(stage: Stage): Promise<void> {
  stage.step('keeping the store from answering');
  const workers = await stage.reach(4, '/');
  // all workers know of these, and then of three more that only one of them has counted
  for (const pid of workers.pids) {
    await workers.ask(pid, '/visits', POST);
    await workers.ask(pid, limited('before the outage'));
  }
  for (const pid of workers.pids) await workers.ask(pid, '/visits');
  const [one = 0] = workers.pids;
  for (let more = 0; more < 3; more += 1) await workers.ask(one, '/visits', POST);

  await stage.store.freeze();
  const stream = SHARED.outage;
  const needy = Promise.all([
    ...workers.pids.flatMap((pid) => [
      workers.ask(pid, '/visits', { ...POST, stream }),
      workers.ask(pid, limited('in the outage'), { stream }),
      workers.ask(pid, '/visits', { stream }),
    ]),
    stage.together(10, '/visits', { ...POST, stream }),
    stage.together(5, limited('in the outage'), { stream }),
  ]);
  let over = false;
  void needy.then(() => (over = true));
  await stage.until(
    'all is answered while the store is away',
    async () => {
      for (const pid of workers.pids) await Promise.race([workers.ask(pid, '/', { stream }), needy]);
      return over;
    },
    { limit: 2600, every: 200 },
  );
  await stage.rest(200);
  await stage.store.thaw();
  const returned = stage.now();
  await needy;

  stage.step('waiting until all is right again');
  const isRight = async (): Promise<boolean> => {
    const entries = await Promise.all(
      workers.pids.flatMap((pid) => [
        workers.ask(pid, '/visits', POST),
        workers.ask(pid, limited(`after it ${stage.now()}`)),
        workers.ask(pid, '/visits'),
      ]),
    );
    return entries.every((entry) => entry === null || (entry.status !== null && entry.status < 300));
  };
  await stage.until(SHARED.rightAgain, isRight, { limit: RETURN_MS, every: 100 });
  await stage.rest(Math.max(0, RETURN_MS - (stage.now() - returned)));
  workers.close();
  await stage.visit(2 * stage.cores, '/visits', POST);
  await stage.visit(stage.cores, '/visits');
}

async function loseTheStore(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.visit(2 * stage.cores);
  await endureOutage(stage);
}

async function stopAndStart(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.together(12, limited('spent'));
  stage.step('killing a worker under load, and its replacement');
  const loads = [
    stage.load({ stream: 'keep-alive', mode: 'busy', connections: 2 * stage.cores, path: '/', pause: LIGHTLY_MS }),
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 2, path: '/', pause: LIGHTLY_MS }),
    stage.load({ stream: 'visits', mode: 'busy', connections: 4, path: '/visits', ...POST, pause: LIGHTLY_MS }),
  ];
  await killTwice(stage, loads, replacementWait);
  await stage.visit(stage.cores, '/visits');
  await stage.visit(stage.cores, '/visits', POST);

  stage.step('stopping the whole program, and starting it again');
  stage.signal('SIGTERM');
  if (!(await stage.ended(SHARED.stopped, 3000))) {
    stage.signal('SIGKILL');
    await stage.ended(SHARED.stopped, 3000);
  }
  const again = await stage.twin();
  for (let each = 0; each < stage.cores; each += 1) await again.ask('/visits');
  for (let each = 0; each < 2 * stage.cores; each += 1) await again.ask('/visits', POST);
  for (let each = 0; each < stage.cores; each += 1) await again.ask(limited('spent'));
  await again.ask('/visits');
}

async function shareOnRedis(stage: Stage): Promise<void> {
  await stage.allListening();
  await countVisits(stage, 2);
  stage.step('asking a hundred times at once for what may pass ten times');
  await stage.together(100, limited('a hundred'));
  await endureOutage(stage);
}

export const scenarios: readonly Scenario[] = [
  { name: 'outage', cores: 2, ending: 'SIGKILL', play: loseTheStore },
  { name: 'Redis', cores: 2, store: 'redis', ending: 'SIGKILL', play: shareOnRedis },
  { name: 'windows', cores: 2, env: { WINDOW_MS: String(WINDOW_MS) }, ending: 'SIGTERM', play: watchWindows },
  { name: 'crashes', cores: 2, twins: 1, ending: 'SIGKILL', play: stopAndStart },
  { name: 'requests', cores: 3, twins: 1, ending: 'SIGKILL', play: share },
];

const chapter = 'docs/09-shared-state.md';

export const properties: readonly Property[] = everyLesson(
  { on: ['requests', 'windows', 'outage'], greeted: ['requests', 'windows'] },
  [
    waitsForSlow({ on: ['requests'] }),
    {
      id: '9.1',
      says: 'every visit has a number of its own',
      read: `${chapter}#every-visit-has-a-number-of-its-own`,
      on: ['requests'],
      needs: ['0.1'],
      judge: countsEachVisitOnce,
    },
    {
      id: '9.2',
      says: 'ten pass in a window, over all workers',
      read: `${chapter}#ten-in-a-window`,
      on: ['requests', 'windows'],
      needs: ['0.1'],
      judge: limitsEachKey,
    },
    {
      id: '9.4',
      says: 'an outage of the store is told in time',
      read: `${chapter}#when-the-store-is-away`,
      on: ['outage'],
      needs: ['0.1'],
      judge: endures,
    },
    killedIsReplaced({ on: ['crashes'] }),
    {
      id: '9.3',
      says: 'what was answered survives',
      read: `${chapter}#what-was-answered-survives`,
      on: ['crashes'],
      needs: ['9.1', '9.2'],
      judge: remembers,
    },
    {
      id: '9.5',
      says: 'two programs on one store share it',
      read: `${chapter}#the-numbers-are-the-stores`,
      on: ['requests'],
      needs: ['9.1', '9.2'],
      judge: sharesWithASecondProgram,
    },
    {
      id: '9.6',
      says: 'with Redis it is the same',
      read: `${chapter}#choosing-a-store`,
      on: ['Redis'],
      needs: ['9.1', '9.2', '9.4'],
      judge: keepsItOnRedisToo,
    },
  ],
);
