// What is answered and by whom: clauses 0.2, 0.4, 1.2, 1.3 and 1.4.
import { of, type History, type Life, type RequestEvent } from '#history';
import { broken, holds, unknown, type Opinion } from '../finding.ts';
import { deathOf, isLoss, killedIn, listed, named, plural, sceneOf, type Scene } from '../scene.ts';
import { wordFor } from './replacement.ts';
import { firstGeneration } from './forking.ts';

/** 0.2: `GET /` answers 200 and `Hello from worker <pid>`. */
export function saysHello(history: History): Opinion {
  return greets(history, (path) => path === '/', 'GET /');
}

/** 0.2 where no other clause asks whether the pid is true. */
export function saysHelloTruly(history: History): Opinion {
  const form = saysHello(history);
  if (form.status !== 'holds') return form;
  const workers = new Set(sceneOf(history).lives.map((life) => life.pid));
  const stranger = of(history, 'answers').find((event) => !workers.has(event.pid));
  if (stranger !== undefined) {
    return broken({
      judged: form.judged,
      expected: 'the pid in each body is that of the worker that handled the request',
      observed: `${plural(stranger.count, 'answer')} under load said pid ${stranger.pid}, which is no worker`,
      cause: 'the body is to say process.pid of the process that answers',
    });
  }
  const truth = pidsAreTrue(history);
  return truth.status === 'broken' ? truth : form;
}

/** Every answered request to such a path is a greeting, whatever was lost on the way. */
export function greets(history: History, matches: (path: string) => boolean, name: string): Opinion {
  const scene = sceneOf(history);
  const answered = scene.requests.filter((request) => matches(request.path) && request.outcome === 'answered');
  const wrong = answered.find((request) => request.status !== 200 || request.pid === null);
  const counted = matches('/') ? of(history, 'answers').reduce((sum, event) => sum + event.count, 0) : 0;
  const judged = answered.length + counted;
  if (wrong !== undefined) {
    return broken({
      judged,
      expected: `${name} answers 200 and “Hello from worker <pid>” with a line end`,
      observed: `${wrong.method} ${wrong.path} answered ${wrong.status} and ${quoted(wrong.body)}${by(scene, wrong)}`,
      cause: causeOfAnswer(wrong),
    });
  }
  const undisturbed = lostUndisturbed(scene, matches);
  if (judged > 0 && undisturbed.length > 0) {
    const [first] = undisturbed;
    return broken({
      judged: judged + undisturbed.length,
      expected: `every ${name} is answered 200 with “Hello from worker <pid>” and a line end`,
      observed: `${plural(undisturbed.length, 'request')} of ${(judged + undisturbed.length).toLocaleString('en-US')} lost although nothing was broken; request ${first?.n} ${first === undefined ? '' : wordFor(first)}`,
      cause: 'the program drops or forgets requests: each one is to be answered',
    });
  }
  const dropped = matches('/') ? droppedUnderPressure(scene) : null;
  if (dropped !== null) {
    return broken({
      judged: judged + dropped.count,
      expected: `every ${name} is answered 200 with “Hello from worker <pid>” and a line end`,
      observed: `under load ${named(dropped.life)} began ${plural(dropped.count, 'request')} that it never answered, although nothing was broken`,
      cause: 'the program drops or forgets requests: each one is to be answered',
    });
  }
  const hanging = scene.requests.filter((request) => matches(request.path) && request.outcome === 'hanging');
  if (judged === 0 && hanging.length >= 3) {
    return broken({
      judged: hanging.length,
      expected: `${name} answers 200 and “Hello from worker <pid>” with a line end`,
      observed: `${plural(hanging.length, 'request')} of ${name} reached a port on which workers listen, and none was answered`,
      cause: 'the handler never ends its response, or something blocks the event loop of the workers',
    });
  }
  if (judged === 0) return unknown(`${name} was never answered`);
  return holds(judged, plural(judged, 'answer'));
}

/** Lost, and over before anything was done to the program: no kill, no signal, no end. */
function lostUndisturbed({ history, requests, died }: Scene, matches: (path: string) => boolean): RequestEvent[] {
  const disturbed = of(history, 'fault').find((fault) => fault.fault.startsWith('SIG'))?.t ?? Infinity;
  const until = Math.min(
    disturbed,
    of(history, 'stop')[0]?.t ?? Infinity,
    died?.t ?? Infinity,
    of(history, 'bounded')[0]?.t ?? Infinity,
  );
  const crash = of(history, 'exit')[0]?.t ?? Infinity;
  return requests.filter(
    (request) =>
      matches(request.path) &&
      request.end < Math.min(until, crash) &&
      (request.outcome === 'reset' ||
        request.outcome === 'closed' ||
        request.outcome === 'cut' ||
        request.outcome === 'hanging'),
  );
}

/**
 * autocannon connects again where a connection is closed, and counts nothing. But it knows how many requests it has sent,
 * and a worker how many it began and finished: when its load is over, all that were begun are finished.
 */
function droppedUnderPressure({ history, lives }: Scene): { readonly life: Life; readonly count: number } | null {
  for (const { t, sent, ok, other } of of(history, 'pressure')) {
    if (sent <= ok + other) continue;
    for (const life of lives) {
      const own = of(history, 'begun').filter((event) => event.pid === life.pid && event.t <= t);
      const open = own.reduce((sum, event) => sum + event.count - event.finished, 0);
      if (open > 0) return { life, count: open };
    }
  }
  return null;
}

function causeOfAnswer({ status, body }: RequestEvent): string {
  if (status === 404) return 'the path has no handler';
  if (status !== 200) return `the status is ${status} instead of 200`;
  if (body !== null && /^Hello from worker \d+$/.test(body)) return 'the line end is missing: it ends with \\n';
  return 'the body is of another shape: the words, one space, the pid of the answering process, a line end, and nothing else';
}

function by(scene: Scene, request: RequestEvent): string {
  const owner = scene.owner(request);
  const life = owner === null ? undefined : scene.lifeOf(owner);
  return life === undefined ? '' : `, by ${named(life)}`;
}

function quoted(body: string | null): string {
  if (body === null || body === '') return 'an empty body';
  return JSON.stringify(body.length > 60 ? `${body.slice(0, 60)}…` : body);
}

/** 0.4: only workers answer on PORT, each listens itself, and none forks. */
export function onlyWorkersServe(history: History): Opinion {
  const scene = sceneOf(history);
  const { start, lives } = scene;
  const expected = 'only workers take connections on PORT, each through its own listen(), and workers fork nothing';
  const workers = new Set(lives.map((life) => life.pid));
  const taken = of(history, 'taken');
  const judged = taken.reduce((sum, event) => sum + event.ports.length, 0);
  const stranger = taken.find((event) => !workers.has(event.pid));
  if (stranger !== undefined) {
    const primary = stranger.pid === start.pid;
    return broken({
      judged,
      expected,
      observed: `${primary ? 'the primary' : 'a process that is no worker'} (pid ${stranger.pid}) took ${plural(count(taken, stranger.pid), 'connection')} on ${start.port}`,
      cause: primary
        ? 'the primary has a server of its own on PORT: it is to fork and watch, and nothing else'
        : 'a process that the primary did not fork with cluster.fork() serves the port',
    });
  }
  const forked = of(history, 'hello').find(
    (event) => event.role === 'other' && event.forked && workers.has(event.ppid),
  );
  if (forked !== undefined) {
    return broken({
      judged: Math.max(1, judged),
      expected,
      observed: `worker pid ${forked.ppid} forked pid ${forked.pid}`,
      cause: 'a worker forks; that is the primary’s part',
    });
  }
  const unseenFork = of(history, 'forked').find((event) => workers.has(event.pid));
  if (unseenFork !== undefined) {
    return broken({
      judged: Math.max(1, judged),
      expected,
      observed: `worker pid ${unseenFork.pid} forked pid ${unseenFork.child}`,
      cause: 'a worker forks; that is the primary’s part',
    });
  }
  const alone = of(history, 'bound').find((event) => event.port === start.port);
  if (alone !== undefined) {
    return broken({
      judged: Math.max(1, judged),
      expected,
      observed: `worker pid ${alone.pid} bound port ${start.port} for itself`,
      cause: 'exclusive or reusePort takes the port past the cluster',
    });
  }
  const silent = of(history, 'silent')[0];
  if (silent !== undefined)
    return unknown(`pid ${silent.pid} stopped reporting to the workbook while it lived`, judged);
  const unseen = unseenAnswers(scene);
  if (unseen.length > 0)
    return unknown(
      `${plural(unseen.length, 'answer')} came from a process that does not report to the workbook`,
      judged,
    );
  return holds(judged, `${plural(judged, 'connection')}, all taken by workers`);
}

function count(taken: readonly { readonly pid: number; readonly ports: readonly number[] }[], pid: number): number {
  return taken.filter((event) => event.pid === pid).reduce((sum, event) => sum + event.ports.length, 0);
}

/** 1.2: over fresh connections every worker's pid turns up. */
export function everyWorkerAnswers(history: History): Opinion {
  const scene = sceneOf(history);
  const answers = scene.requests.filter((request) => !isLoss(request) && request.pid !== null);
  const pids = new Set(answers.map((request) => request.pid));
  const silent = firstGeneration(scene).filter((life) => life.listening !== null && !pids.has(life.pid));
  if (answers.length === 0) return unknown('no request was answered with a pid');
  if (silent.length > 0) {
    const expected = 'over fresh connections every worker’s pid turns up';
    const death = deathOf(scene);
    if (death !== null) return broken({ judged: answers.length, expected, ...death });
    if (answers.length < 2 * scene.start.cores) return unknown('too few requests were answered', answers.length);
    return broken({
      judged: answers.length,
      expected,
      observed: `${plural(answers.length, 'answer')} from pid ${listed([...pids].map(String), 6)}, none from ${listed(silent.map(named))}`,
      cause:
        pids.size === 1
          ? 'the body says the same pid each time: it is to be process.pid of the answering worker'
          : 'these workers listen and are dealt no connection, or another answers for them',
    });
  }
  return holds(answers.length, `${plural(pids.size, 'pid')} in ${plural(answers.length, 'answer')}`);
}

/** 1.3: the pid in a body is that of the process that handled the request. */
export function pidsAreTrue(history: History): Opinion {
  const scene = sceneOf(history);
  const known = scene.requests.filter(
    (request) => request.outcome === 'answered' && request.pid !== null && scene.taker(request) !== null,
  );
  const lie = mismatch(scene);
  if (lie !== undefined)
    return broken({
      judged: known.length,
      expected: 'the pid in each body is that of the process that handled the request',
      ...lie,
    });
  const unseen = unseenAnswers(scene);
  if (unseen.length > 0)
    return unknown(`of ${plural(unseen.length, 'answer')} no process reports that it handled them`, known.length);
  return holds(known.length, `${plural(known.length, 'answer')} compared with the process that handled it`);
}

/** Answers of which no process reports that it took their connection. The last report of a killed worker dies with it. */
function unseenAnswers(scene: Scene): RequestEvent[] {
  const killed = killedIn(scene.history);
  return scene.requests.filter(
    (request) =>
      request.outcome === 'answered' &&
      scene.taker(request) === null &&
      !(request.pid !== null && killed.has(request.pid)),
  );
}

function mismatch(scene: Scene): { readonly observed: string; readonly cause: string } | undefined {
  for (const request of scene.requests) {
    const taker = scene.taker(request);
    if (request.outcome !== 'answered' || request.pid === null || taker === null || taker === request.pid) continue;
    const said = scene.lifeOf(request.pid);
    const real = taker === scene.start.pid ? 'the primary' : 'the process';
    return {
      observed: `request ${request.n} was handled by ${real} with pid ${taker}, its body said ${request.pid}`,
      cause:
        said === undefined
          ? `${request.pid} is no worker of this program: the body is to say process.pid of the process that answers`
          : `pid ${taker} took the connection and passed the request on, or says another worker’s pid`,
    };
  }
  return undefined;
}

/** 1.4: the primary answers nothing, and nobody answers whom the primary did not fork. */
export function primaryIsSilent(history: History): Opinion {
  const scene = sceneOf(history);
  const workers = new Set(scene.lives.map((life) => life.pid));
  const strange = scene.requests.find(
    (request) => request.outcome === 'answered' && request.pid !== null && !workers.has(request.pid),
  );
  const taken = of(history, 'taken');
  const taker = taken.find((event) => !workers.has(event.pid));
  const judged = taken.reduce((sum, event) => sum + event.ports.length, 0);
  const pid = taker?.pid ?? strange?.pid;
  if (pid !== undefined && pid !== null) {
    const primary = pid === scene.start.pid;
    return broken({
      judged: Math.max(1, judged),
      expected: 'every answer comes from a worker that the primary forked with cluster.fork()',
      observed: `pid ${pid} ${taker === undefined ? 'answered' : 'took connections'}, ${primary ? 'which is the primary' : 'which the primary did not fork with cluster.fork()'}`,
      cause: primary
        ? 'the primary has a server of its own: the branch for cluster.isPrimary only forks'
        : taker === undefined
          ? 'the body names a process that is none of the cluster’s workers'
          : 'a process that is none of the cluster’s workers serves the port',
    });
  }
  return holds(judged, `${plural(judged, 'connection')}, none taken by the primary`);
}
