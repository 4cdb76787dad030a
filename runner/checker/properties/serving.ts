// Who takes connections: clauses 0.4 and 1.4.
import { of, type EventOf, type History } from '#history';
import { broken, holds, unknown, type Opinion } from '../finding.ts';
import { isAnswered } from '../requests.ts';
import { sceneOf } from '../scene.ts';
import { named, plural } from '../words.ts';
import { passedOnIn, unexplainedIn } from './serving-holders.ts';
import { unseenAnswers } from './serving-pids.ts';

const HANDS_ON = 'the program hands sockets on: whoever is dealt a connection is to answer on it itself';

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
  const sent = of(history, 'passed');
  const [first] = sent;
  if (first !== undefined) {
    const life = scene.lifeOf(first.pid);
    return broken({
      judged: Math.max(1, judged),
      expected,
      observed: `${life === undefined ? `pid ${first.pid}` : named(life)} sent ${plural(sent.filter(({ pid }) => pid === first.pid).length, 'connection')} on, over its IPC channel`,
      cause: HANDS_ON,
      evidence: [...sent, life],
    });
  }
  const passed = passedOnIn(scene);
  if (passed !== undefined) {
    const { held, request, holder } = passed;
    const life = scene.lifeOf(holder);
    return broken({
      judged: Math.max(1, judged),
      expected,
      observed: `request ${request.n} was answered on a connection that ${life === undefined ? `pid ${holder}` : named(life)} had, to which the cluster did not deal it`,
      cause: HANDS_ON,
      evidence: [request, held, life],
    });
  }
  const [forged] = of(history, 'forged');
  if (forged !== undefined)
    return unknown(
      `${forged.pid === null ? 'the program' : `pid ${forged.pid}`} writes to the workbook’s own channel (${forged.what}), so that nothing it reports can be trusted`,
      judged,
    );
  const silent = of(history, 'silent')[0];
  if (silent !== undefined)
    return unknown(`pid ${silent.pid} stopped reporting to the workbook while it lived`, judged);
  const unseen = unseenAnswers(scene).length;
  if (unseen > 0)
    return unknown(`${plural(unseen, 'answer')} came from a process that does not report to the workbook`, judged);
  const unexplained = unexplainedIn(scene);
  if (unexplained !== null) return unknown(unexplained, judged);
  return holds(judged, `${plural(judged, 'connection')}, all taken by workers`);
}

/** 1.4: the primary answers nothing, and nobody answers whom the primary did not fork. */
export function primaryIsSilent(history: History): Opinion {
  const scene = sceneOf(history);
  const { start, lives, requests } = scene;
  const workers = new Set(lives.map((life) => life.pid));
  const taken = of(history, 'taken');
  const judged = connections(taken);
  const taker = taken.find((event) => !workers.has(event.pid));
  const namesake = requests.find((request) => isAnswered(request) && request.pid !== null && !workers.has(request.pid));
  const stranger = taker ?? namesake;
  if (stranger === undefined) {
    const unexplained = unexplainedIn(scene);
    return unexplained === null
      ? holds(judged, `${plural(judged, 'connection')}, none taken by the primary`)
      : unknown(unexplained, judged);
  }
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
