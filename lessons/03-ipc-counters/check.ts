// Judges lesson 3: every request counted once, by messages alone, whoever dies and whatever else is on the channel.
import type { Entry, Reach, Scenario, Stage } from '#harness';
import {
  AGREE,
  boundsItsMessages,
  countsEachRequest,
  countsTheReplacements,
  everyLesson,
  followsSteadyRequests,
  ignoresStrangers,
  killedIsReplaced,
  numbersTravelAsMessages,
  replacementWait,
  statsOf,
  totalsAgree,
  type Property,
} from '#checker';

/** A total may be 500 ms old: all that there is to know has arrived when nothing has changed for longer. */
const SETTLED_MS = 550;
/** Longer than a total may be old: whatever travels otherwise than by messages would have been told. */
const HELD_MS = 560;
/** So long that some answers are older than any right total: 500 ms, and what the way through this machine takes. */
const TRICKLE_MS = 1000;
/** A busy machine is given so long to let requests come without a pause for once. */
const TRICKLE_MS_AT_MOST = 6000;

/** Thousands of requests a second are enough to kill a worker in the middle of one; more would only hold up the workers. */
const LOAD_PAUSE_MS = 2;

/**
 * Asks each worker for its numbers, until all say the same total: `expected`, or, where a killed worker makes that
 * uncertain, whatever they come to rest at. False where they do not.
 */
async function agree(stage: Stage, workers: Reach, name: string, expected?: number): Promise<boolean> {
  let last = '';
  let since = stage.now();
  return stage.until(
    name,
    async () => {
      const totals = (await readAll(workers)).map((stats) => stats?.total);
      if (totals.join() !== last) {
        last = totals.join();
        since = stage.now();
      }
      const [first] = totals;
      if (first === undefined || totals.some((total) => total !== first)) return false;
      return expected === undefined ? stage.now() - since >= SETTLED_MS + 50 * stage.stretch() : first === expected;
    },
    { limit: expected === undefined ? 3000 : 1500, every: 50, quiet: expected !== undefined },
  );
}

async function readAll(workers: Reach): Promise<ReturnType<typeof statsOf>[]> {
  return Promise.all(workers.pids.map(async (pid) => statsOf(await read(workers, pid))));
}

/** Reading is not counted, so it can be tried until the right worker answers. */
function read(workers: Reach, pid: number) {
  return workers.ask(pid, '/stats', { stream: 'stats', tries: 12 });
}

/** Gives how many were answered: 1 or none. */
async function greet(workers: Reach, pid: number): Promise<number> {
  return Number((await workers.ask(pid, '/', { stream: 'kept' }))?.outcome === 'answered');
}

/** Requests that nobody disturbs: on fresh connections and on kept ones. Gives how many were answered. */
async function askQuietly(stage: Stage, workers: Reach, times: number): Promise<number> {
  let answered = (await stage.visit(times)).filter((entry) => entry.outcome === 'answered').length;
  for (const pid of workers.pids) answered += await greet(workers, pid);
  return answered;
}

async function count(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.each(true);
  const workers = await stage.reach(1, '/stats');
  let sent = 0;

  stage.step('counting requests that come one by one');
  sent += await askQuietly(stage, workers, 20);
  // what follows would only show the same once more
  if (!(await agree(stage, workers, AGREE.counted, sent))) return;

  stage.step('holding back what one worker reports and what another is told');
  const [reporter, deaf, asked] = stage.listening();
  if (reporter !== undefined && deaf !== undefined && asked !== undefined) {
    const release = [await stage.hold('up', reporter), await stage.hold('down', deaf)];
    // what the first one answers may be known to nobody else, and what the others answer not to the second one
    for (let i = 0; i < 7; i += 1) sent += await greet(workers, reporter.pid);
    for (let i = 0; i < 3; i += 1) sent += await greet(workers, asked.pid);
    for (const end = stage.now() + HELD_MS; stage.now() < end;) {
      // a worker that waits for held messages does not answer until they are released
      void read(workers, deaf.pid);
      void read(workers, asked.pid);
      await stage.rest(50);
    }
    for (const each of release) await each();
    sent += await askQuietly(stage, workers, 3);
    await agree(stage, workers, AGREE.released, sent);
  }

  stage.step('sending messages that are another program’s');
  for (const life of stage.listening()) {
    await stage.junk('up', life, STRANGERS);
    await stage.junk('down', life, STRANGERS);
  }
  sent += await askQuietly(stage, workers, 6);
  if (!(await agree(stage, workers, AGREE.strangers, sent))) return;

  stage.step('killing a worker while nothing else happens');
  const victim = await stage.kill();
  if (victim === null || !(await stage.replacement(replacementWait(1), []))) return;
  const others = await stage.reach(1, '/stats');
  if (!(await agree(stage, others, AGREE.heir, sent))) return;
  sent += await askQuietly(stage, others, 6);
  await agree(stage, others, AGREE.inherited, sent);
}

/** No numbers, and no key that a program would use for its own. */
const STRANGERS = [
  null,
  true,
  '',
  [],
  {},
  'zz-another-program',
  { 'zz-another-program': 'ready' },
  ['zz-another-program'],
  { 'zz-nested': { 'zz-deep': null } },
];

async function trickle(stage: Stage): Promise<void> {
  await stage.allListening();
  const workers = await stage.reach(1, '/stats');
  stage.step('reading the totals while requests keep coming');
  stage.mark('trickle begins');
  const begin = stage.now();
  const entries: Entry[] = [];
  const over = new AbortController();
  // without a pause, however long a reading takes
  const keepComing = async (): Promise<void> => {
    while (!over.signal.aborted) {
      entries.push(...(await stage.visit(1)));
      await stage.rest(5);
    }
  };
  const readUntilTold = async (): Promise<void> => {
    for (let told = false; !told;) {
      const readings = (await Promise.all(workers.pids.map((pid) => read(workers, pid)))).filter(
        (each) => each !== null,
      );
      entries.push(...readings);
      const lasted = stage.now() - begin;
      told =
        lasted > TRICKLE_MS_AT_MOST ||
        (lasted > TRICKLE_MS && readings.some((each) => followsSteadyRequests(entries, each)));
      await stage.rest(10);
    }
    over.abort();
  };
  await Promise.all([keepComing(), keepComing(), readUntilTold()]);
  stage.mark('trickle ends');
}

async function restThenLoad(stage: Stage): Promise<void> {
  stage.preparePressure();
  await stage.allListening();
  const workers = await stage.reach(1, '/stats');
  // so that whatever begins with a request has begun
  const first = await askQuietly(stage, workers, stage.cores);
  stage.step('counting the messages of a program that has nothing to do');
  stage.mark('rest begins');
  await stage.rest(1050);
  stage.mark('rest ends');
  stage.step('counting under load');
  const answered = await stage.pressure({ connections: 3 * stage.cores, amount: 800 });
  await agree(stage, workers, AGREE.loaded, first + answered);
}

async function crash(stage: Stage): Promise<void> {
  await stage.allListening();
  const loads = [
    stage.load({ stream: 'busy', mode: 'busy', connections: 2 * stage.cores, path: '/', pause: LOAD_PAUSE_MS }),
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 3, path: '/', pause: LOAD_PAUSE_MS }),
  ];
  stage.step('killing workers under load, four in turn');
  for (let kill = 1; kill <= 4; kill += 1) {
    await stage.kill({
      inHand: true,
      // the second one is the first one's replacement
      choose: (listening) => (kill === 2 ? listening.at(-1) : listening[0]),
      // the primary sends to a worker that is dead already, whose exit it has not been told of
      ...(kill > 2 ? { lateExit: 600 } : {}),
    });
    if (!(await stage.replacement(replacementWait(kill), loads))) break;
  }
  stage.step('letting the replacements work');
  stage.mark('replacement is visited');
  await stage.visit(4 * stage.cores);
  await stage.stop(...loads);
  const workers = await stage.reach(1, '/stats');
  stage.step('comparing the totals of all workers');
  await agree(stage, workers, AGREE.crashed);
}

export const scenarios: readonly Scenario[] = [
  { name: 'counting', cores: 3, ending: 'SIGKILL', play: count },
  { name: 'at rest', cores: 2, ending: 'SIGTERM', play: restThenLoad },
  { name: 'crashes', cores: 3, ending: 'SIGTERM', play: crash },
  { name: 'steady', cores: 2, ending: 'SIGTERM', play: trickle },
];

const all = scenarios.map((scenario) => scenario.name);
// whose answers are kept one by one, not counted by autocannon alone
const greeted = ['counting', 'crashes', 'steady'];
const chapter = 'docs/03-ipc-counters.md';

export const properties: readonly Property[] = everyLesson({ on: all, greeted }, [
  {
    id: '3.1',
    says: 'every request is counted once',
    read: `${chapter}#every-request-is-counted-once`,
    on: ['counting', 'steady'],
    judge: countsEachRequest,
  },
  {
    id: '3.2',
    says: 'the numbers travel as messages',
    read: `${chapter}#numbers-travel-as-messages`,
    on: ['counting'],
    needs: ['3.1'],
    judge: numbersTravelAsMessages,
  },
  {
    id: '3.3',
    says: 'all workers say the same total',
    read: `${chapter}#every-worker-says-the-same-total`,
    on: ['counting', 'at rest', 'crashes'],
    judge: totalsAgree,
  },
  killedIsReplaced({ on: ['crashes'] }),
  {
    id: '3.4',
    says: 'a replacement’s requests are counted',
    read: `${chapter}#one-listener-for-every-worker`,
    readMore: {
      lost: `${chapter}#what-a-dead-worker-leaves-behind`,
      primary: `${chapter}#a-primary-that-survives-its-workers`,
    },
    // where both are broken, the story of the crashes is the clearer one
    on: ['crashes', 'counting'],
    needs: ['3.1'],
    judge: countsTheReplacements,
  },
  {
    id: '3.5',
    says: 'unknown messages change nothing',
    read: `${chapter}#strangers-on-the-channel`,
    on: ['counting'],
    needs: ['3.1', '3.3'],
    judge: ignoresStrangers,
  },
  {
    id: '3.6',
    says: 'messages stay within bounds',
    read: `${chapter}#no-more-messages-than-requests`,
    on: all,
    judge: boundsItsMessages,
  },
]);
