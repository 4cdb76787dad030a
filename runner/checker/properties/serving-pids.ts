// Who answers, and whether it says so: clauses 1.2 and 1.3.
import type { History, Life, RequestEvent } from '#history';
import { deathOf } from '../death.ts';
import { broken, holds, unknown, type Opinion } from '../finding.ts';
import { killedIn } from '../moments.ts';
import { isAnswered, isLoss } from '../requests.ts';
import { firstGeneration, sceneOf, type Scene } from '../scene.ts';
import { listed, named, plural } from '../words.ts';
import { unexplainedIn } from './serving-holders.ts';

/** 1.2: over fresh connections every worker's pid turns up. */
export function everyWorkerAnswers(history: History): Opinion {
  const scene = sceneOf(history);
  const answers = scene.requests.filter((request) => !isLoss(request) && request.pid !== null);
  const pids = new Set(answers.map((request) => request.pid));
  const listeners = firstGeneration(scene).filter((life) => life.listening !== null);
  const silent = listeners.filter((life) => !pids.has(life.pid));
  if (answers.length === 0) return unknown('no request was answered with a pid');
  if (silent.length === 0)
    return holds(answers.length, `${plural(pids.size, 'pid')} in ${plural(answers.length, 'answer')}`);
  const expected = 'over fresh connections every worker’s pid turns up';
  const death = deathOf(scene);
  if (death !== null) return broken({ judged: answers.length, expected, ...death });
  // one that came to listen late was perhaps not asked
  const asked = ({ listening }: Life): number =>
    answers.filter((request) => request.opened >= (listening ?? Infinity)).length;
  const leftOut = silent.filter((life) => asked(life) >= 2 * listeners.length);
  if (leftOut.length === 0) return unknown('too few requests were answered', answers.length);
  return broken({
    judged: answers.length,
    expected,
    observed: `${plural(answers.length, 'answer')} from pid ${listed([...pids].map(String), 6)}, none from ${listed(leftOut.map(named))}`,
    cause:
      pids.size === 1
        ? 'the body says the same pid each time: it is to be process.pid of the answering worker'
        : 'these workers listen and are dealt no connection, or another answers for them',
    evidence: leftOut,
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
  const unexplained = unexplainedIn(scene);
  if (unexplained !== null) return unknown(unexplained, known.length);
  return holds(known.length, `${plural(known.length, 'answer')} compared with the process that handled it`);
}

/** Answers of which no process reports that it took their connection. The last report of a killed worker dies with it. */
export function unseenAnswers({ history, requests, taker, owner }: Scene): RequestEvent[] {
  const killed = killedIn(history);
  return requests.filter(
    // an answer that names nobody came from the worker to which its connection was dealt
    (request) => isAnswered(request) && taker(request) === null && !killed.has(request.pid ?? owner(request) ?? 0),
  );
}
