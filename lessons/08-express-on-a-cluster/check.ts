// Judges lesson 8: the application's answers and its log, failures of each kind, a port that is taken, and an orderly end.
import {
  askBesideSlow,
  killTwice,
  shutDownUnderLoad,
  visitMeanwhile,
  type Entry,
  type Scenario,
  type Stage,
} from '#harness';
import {
  answersAsInOneProcess,
  endsTheWorkerWithTheException,
  EXCEPTION,
  FAILED,
  FAILING,
  forkPerCore,
  killedIsReplaced,
  LOG_OUTPUT,
  LOG_SETTLED,
  LOGGED,
  loggedPath,
  logsEachRequest,
  PORT_TAKEN,
  replacementWait,
  ROUTED,
  ROUTES,
  saysThatThePortIsTaken,
  SHUTDOWN,
  shutsDown,
  survivesItsHandlers,
  type Property,
} from '#checker';

/** Clients without a pause would take the whole machine, and print more than can be kept. */
const LIGHTLY_MS = 10;
/** So many requests at once, with URLs so long: a line of each fits into the pipe to which all workers write. */
const AT_ONCE = 16;
const LONG_URL = 3000;
const ROUNDS = 30;
/** So many requests are under way when the program is told to end. */
const AT_THE_END = 4;
/** One after the other, so that every worker has all of them. */
const LOGGED_PATHS = [
  { path: '/items/7' },
  { path: '/slow?ms=30' },
  { path: '/items', method: 'POST', body: '{"name":"tea"}' },
  { path: '/nothing', method: 'DELETE' },
  { path: '/boom' },
] as const;
const JSON_SENT = { 'Content-Type': 'application/json' } as const;

/** Requests with URLs of their own: the k-th one. */
function askLogged(stage: Stage, k: number): Promise<Entry> {
  const { path, ...more } = LOGGED_PATHS[k % LOGGED_PATHS.length] ?? LOGGED_PATHS[0];
  const length = k % 3 === 0 ? LONG_URL : 0;
  return stage.ask(loggedPath(k, path, length), { stream: LOGGED, headers: JSON_SENT, ...more });
}

async function askForEverything(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.each(true);
  stage.step('asking over fresh connections, one after the other');
  await stage.visit(8 * stage.cores);

  stage.step('asking every worker for each route');
  const workers = await stage.reach(1, '/');
  for (const pid of workers.pids)
    for (const { method, path, body } of ROUTES)
      await workers.ask(pid, path, {
        stream: ROUTED,
        method,
        ...(body !== undefined && { body, headers: JSON_SENT }),
      });
  await askBesideSlow(stage);

  stage.step('asking every worker for what fails');
  for (const path of FAILING.paths)
    for (const pid of workers.pids) await workers.ask(pid, path, { stream: FAILING.stream });
  workers.close();
  await stage.visit(4 * stage.cores);

  stage.step('asking for many things at once: each one is to be logged');
  for (let round = 0; round < ROUNDS; round += 1) {
    const entries = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => askLogged(stage, round * AT_ONCE + i)));
    // where workers end on the way, more of it takes minutes and tells no more
    if (entries.some(({ outcome }) => outcome !== 'answered')) break;
  }
  stage.mark(FAILED);
  await stage.until(LOG_SETTLED, () => false, { limit: 1200 });
}

/** What is answered at the very end is to be logged too. */
function askWhatIsLoggedAtTheEnd(stage: Stage): Promise<unknown> {
  const asked = Array.from({ length: AT_THE_END }, (_, i) =>
    stage.ask(loggedPath(1 + i, '/slow?ms=2000'), { stream: LOGGED, dueIn: 2000 }),
  );
  return Promise.all(asked);
}

async function tellToEnd(stage: Stage): Promise<void> {
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

async function crash(stage: Stage): Promise<void> {
  await stage.allListening();
  stage.step('asking for an exception under load');
  const loads = [
    stage.load({ stream: 'keep-alive', mode: 'busy', connections: 2 * stage.cores, path: '/', pause: LIGHTLY_MS }),
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 2, path: '/', pause: LIGHTLY_MS }),
    stage.load({ stream: 'slow', mode: 'slow', connections: 2 * stage.cores, path: '/slow?ms=700', dueIn: 700 }),
  ];
  await stage.until('requests of all kinds are under way', () => loads.every((load) => load.answered > 0), {
    limit: 5000,
  });
  const before = stage.listening().length;
  // what was answered just before the exception is to be logged too, by whichever worker will have it
  await Promise.all(Array.from({ length: 4 * stage.cores }, (_, i) => askLogged(stage, AT_THE_END + 1 + i)));
  const { t } = await stage.ask('/crash', { stream: EXCEPTION.stream });
  const gone = (): boolean => stage.lives.some(({ exited }) => exited !== null && exited >= t);
  const isGone = stage.until(EXCEPTION.gone, gone, { limit: 10_000 });
  if (!(await visitMeanwhile(stage, isGone, { path: '/', stream: EXCEPTION.visits }))) return stage.stop(...loads);
  const asBefore = (): boolean => stage.listening().length >= before;
  if (!(await stage.until(EXCEPTION.replaced, asBefore, { limit: 5000 }))) return stage.stop(...loads);
  // for what becomes of the others, and of what they have in hand
  await stage.rest(300);
  const [, , slow] = loads;
  await slow?.stop();
  stage.mark(EXCEPTION.over);

  stage.step('killing a worker under load, and its replacement');
  await killTwice(stage, loads, replacementWait);

  await shutDownUnderLoad(stage, {
    busy: stage.cores,
    pause: LIGHTLY_MS,
    over: SHUTDOWN,
    beside: () => askWhatIsLoggedAtTheEnd(stage),
    send() {
      stage.step('sending SIGINT to the whole process group');
      stage.signal('SIGINT', { group: true });
    },
  });
}

async function startInVain(stage: Stage): Promise<void> {
  stage.step('starting it while its port is taken');
  await stage.ended(PORT_TAKEN, 5000);
}

export const scenarios: readonly Scenario[] = [
  { name: 'crashes', cores: 3, output: LOG_OUTPUT, ending: 'SIGKILL', play: crash },
  { name: 'SIGTERM', cores: 2, ending: 'SIGKILL', play: tellToEnd },
  { name: 'requests', cores: 3, output: LOG_OUTPUT, ending: 'SIGKILL', play: askForEverything },
  { name: 'the port is taken', cores: 2, ending: 'SIGKILL', occupied: true, play: startInVain },
];

const chapter = 'docs/08-express-on-a-cluster.md';

/** Clauses of other lessons that are judged on more than the quiet run. */
const ALSO_ON: Readonly<Record<string, readonly string[]>> = {
  '0.1': ['requests', 'SIGTERM', 'crashes'],
  '0.2': ['requests', 'SIGTERM'],
  '0.3': ['requests', 'SIGTERM'],
  '0.6': ['requests', 'SIGTERM', 'crashes'],
  '1.1': ['requests', 'SIGTERM'],
};

export const properties: readonly Property[] = forkPerCore({ on: ['requests'] }, [
  {
    id: '8.1',
    says: 'the routes answer as in one process',
    read: `${chapter}#the-routes-answer-as-in-one-process`,
    on: ['requests'],
    judge: answersAsInOneProcess,
  },
  {
    id: '8.2',
    says: 'a handler may fail',
    read: `${chapter}#a-handler-may-fail`,
    on: ['requests'],
    needs: ['8.1'],
    judge: survivesItsHandlers,
  },
  {
    id: '8.5',
    says: 'each request has its line in the log',
    read: `${chapter}#a-line-for-each-request`,
    on: ['requests', 'crashes'],
    judge: logsEachRequest,
  },
  {
    id: '8.4',
    says: 'a port that is taken is told, once',
    read: `${chapter}#the-port-is-taken`,
    on: ['the port is taken'],
    judge: saysThatThePortIsTaken,
  },
  {
    id: '8.3',
    says: 'an exception ends its worker, and no other',
    read: `${chapter}#an-exception-ends-its-worker`,
    on: ['crashes'],
    judge: endsTheWorkerWithTheException,
  },
  killedIsReplaced({ on: ['crashes'] }),
  ...shutsDown({ on: ['SIGTERM'], groupOn: ['crashes'] }),
]).map((property) => ({ ...property, on: ALSO_ON[property.id] ?? property.on }));
