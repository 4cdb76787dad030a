// Who takes connections and answers: clauses 0.4, 1.2, 1.3 and 1.4.
import { of, type EventOf, type History, type RequestEvent } from '#history';
import { deathOf } from '../death.ts';
import { broken, holds, unknown, type Opinion } from '../finding.ts';
import { killedIn } from '../moments.ts';
import { isAnswered, isLoss } from '../requests.ts';
import { firstGeneration, sceneOf, type Scene } from '../scene.ts';
import { listed, named, plural } from '../words.ts';

/** 0.4: only workers answer on PORT, each listens itself, and none forks. */
export function onlyWorkersServe(history: History): Opinion {
  const scene = sceneOf(history);
  const { start, lives } = scene;
  const expected = 'only workers take connections on PORT, each through its own listen(), and workers fork nothing';
  const workers = new Set(lives.map((life) => life.pid));
  const taken = of(history, 'taken');
  const judged = connections(taken);
  const stranger = taken.find((event) => !workers.has(event.pid));
  if (stranger !== undefined) {
    const primary = stranger.pid === start.pid;
    const its = taken.filter((event) => event.pid === stranger.pid);
    return broken({
      judged,
      expected,
      observed: `${primary ? 'the primary' : 'a process that is no worker'} (pid ${stranger.pid}) took ${plural(connections(its), 'connection')} on ${start.port}`,
      cause: primary
        ? 'the primary has a server of its own on PORT: it is to fork and watch, and nothing else'
        : 'a process that the primary did not fork with cluster.fork() serves the port',
      evidence: its,
    });
  }
  const forked = forkedByWorker(history, workers);
  if (forked !== null) {
    return broken({
      judged: Math.max(1, judged),
      expected,
      observed: `worker pid ${forked.parent} forked pid ${forked.child}`,
      cause: 'a worker forks; that is the primary’s part',
      evidence: [forked.event],
    });
  }
  const alone = of(history, 'bound').find((event) => event.port === start.port);
  if (alone !== undefined) {
    return broken({
      judged: Math.max(1, judged),
      expected,
      observed: `worker pid ${alone.pid} bound port ${start.port} for itself`,
      cause: 'exclusive or reusePort takes the port past the cluster',
      evidence: [alone],
    });
  }
  const silent = of(history, 'silent')[0];
  if (silent !== undefined)
    return unknown(`pid ${silent.pid} stopped reporting to the workbook while it lived`, judged);
  const unseen = unseenAnswers(scene).length;
  if (unseen > 0)
    return unknown(`${plural(unseen, 'answer')} came from a process that does not report to the workbook`, judged);
  return holds(judged, `${plural(judged, 'connection')}, all taken by workers`);
}

/** The child reported itself, or the worker that made it did. */
function forkedByWorker(history: History, workers: ReadonlySet<number>) {
  const hello = of(history, 'hello').find((event) => event.role === 'other' && event.forked && workers.has(event.ppid));
  if (hello !== undefined) return { event: hello, parent: hello.ppid, child: hello.pid };
  const told = of(history, 'forked').find((event) => workers.has(event.pid));
  return told === undefined ? null : { event: told, parent: told.pid, child: told.child };
}

function connections(taken: readonly EventOf<'taken'>[]): number {
  return taken.reduce((sum, event) => sum + event.ports.length, 0);
}

/** 1.2: over fresh connections every worker's pid turns up. */
export function everyWorkerAnswers(history: History): Opinion {
  const scene = sceneOf(history);
  const answers = scene.requests.filter((request) => !isLoss(request) && request.pid !== null);
  const pids = new Set(answers.map((request) => request.pid));
  const silent = firstGeneration(scene).filter((life) => life.listening !== null && !pids.has(life.pid));
  if (answers.length === 0) return unknown('no request was answered with a pid');
  if (silent.length === 0)
    return holds(answers.length, `${plural(pids.size, 'pid')} in ${plural(answers.length, 'answer')}`);
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
    evidence: silent,
  });
}

/** 1.3: the pid in a body is that of the process that handled the request. */
export function pidsAreTrue(history: History): Opinion {
  const scene = sceneOf(history);
  const known = scene.requests.flatMap((request) => {
    const taker = scene.taker(request);
    return isAnswered(request) && request.pid !== null && taker !== null ? [{ request, taker, said: request.pid }] : [];
  });
  const lie = known.find(({ taker, said }) => taker !== said);
  if (lie !== undefined) {
    const { request, taker, said } = lie;
    return broken({
      judged: known.length,
      expected: 'the pid in each body is that of the process that handled the request',
      observed: `request ${request.n} was handled by ${taker === scene.start.pid ? 'the primary' : 'the process'} with pid ${taker}, its body said ${said}`,
      cause:
        scene.lifeOf(said) === undefined
          ? `${said} is no worker of this program: the body is to say process.pid of the process that answers`
          : `pid ${taker} took the connection and passed the request on, or says another worker’s pid`,
      evidence: [request, scene.lifeOf(taker)],
    });
  }
  const unseen = unseenAnswers(scene).length;
  if (unseen > 0)
    return unknown(`of ${plural(unseen, 'answer')} no process reports that it handled them`, known.length);
  return holds(known.length, `${plural(known.length, 'answer')} compared with the process that handled it`);
}

/** Answers of which no process reports that it took their connection. The last report of a killed worker dies with it. */
function unseenAnswers({ history, requests, taker }: Scene): RequestEvent[] {
  const killed = killedIn(history);
  return requests.filter(
    (request) => isAnswered(request) && taker(request) === null && !(request.pid !== null && killed.has(request.pid)),
  );
}

/** 1.4: the primary answers nothing, and nobody answers whom the primary did not fork. */
export function primaryIsSilent(history: History): Opinion {
  const { start, lives, requests } = sceneOf(history);
  const workers = new Set(lives.map((life) => life.pid));
  const taken = of(history, 'taken');
  const judged = connections(taken);
  const taker = taken.find((event) => !workers.has(event.pid));
  const namesake = requests.find((request) => isAnswered(request) && request.pid !== null && !workers.has(request.pid));
  const stranger = taker ?? namesake;
  if (stranger === undefined) return holds(judged, `${plural(judged, 'connection')}, none taken by the primary`);
  const primary = stranger.pid === start.pid;
  return broken({
    judged: Math.max(1, judged),
    expected: 'every answer comes from a worker that the primary forked with cluster.fork()',
    observed: `pid ${stranger.pid} ${taker === undefined ? 'answered' : 'took connections'}, ${primary ? 'which is the primary' : 'which the primary did not fork with cluster.fork()'}`,
    cause: primary
      ? 'the primary has a server of its own: the branch for cluster.isPrimary only forks'
      : taker === undefined
        ? 'the body names a process that is none of the cluster’s workers'
        : 'a process that is none of the cluster’s workers serves the port',
    evidence: [stranger],
  });
}
