// A store that does not answer for a while: clause 9.4.
import { grantedFor, type History } from '#history';
import { deathOf, errorOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { conclusive, metLate, stopOf, waitOf } from '../../moments.ts';
import { sceneOf } from '../../scene.ts';
import { endOf, named, outcomeOf, plural, time } from '../../words.ts';
import {
  asked,
  asker,
  isGood,
  isLimited,
  isPost,
  isTold,
  outageOf,
  RETURN_MS,
  SHARED,
  stretchWithin,
  type Asked,
} from './shared.ts';
import { asBroken } from './survival.ts';
import { judgeVisits } from './visits.ts';

/** POST /visits and GET /limited answer 503 within this time (contract 9.4). */
const SOON_MS = 2000;
/** GET / has been waiting for nothing but its turn. */
const BESIDE_MS = 1000;
const EXPECTED =
  'while the store does not answer, GET / answers 200, POST /visits and GET /limited 503 within 2 s, nothing hangs or dies, and all is right again within 3 s of its return';

/** 9.4: the store's outage is told to those who need it, and to nobody else, and is over when it is over. */
export function endures(history: History): Opinion {
  const scene = sceneOf(history);
  const outage = outageOf(history);
  if (outage === undefined) return unknown('the store could not be kept from answering');
  const { from, to } = outage;
  const requests = asked(history).filter(({ twins }) => !twins);
  const during = requests.filter(({ t, stream }) => t > from && t < to && stream === SHARED.outage);
  const stretch = stretchWithin(history, from, to);
  const death = deathOf(scene);
  if (death !== null) return broken({ judged: during.length, expected: EXPECTED, ...death });
  const dead = scene.lives.find(({ exited }) => exited !== null && exited > from && exited < stopOf(history));
  if (dead !== undefined)
    return broken({
      judged: during.length,
      expected: EXPECTED,
      observed: `${named(dead)} ended with ${endOf(dead)} ${time((dead.exited ?? 0) - from)} after the store had stopped answering`,
      cause: errorOf(scene, dead.pid) ?? 'the program itself ends a worker whose store is away',
      evidence: [dead],
    });
  const blocked = during
    .filter(({ path, t }) => path === '/' && to - t > BESIDE_MS * stretch)
    .find((one) => !isGood(one) || one.end > to);
  if (blocked !== undefined)
    return broken({
      judged: during.length,
      expected: EXPECTED,
      observed: `GET /, asked ${time(blocked.t - from)} after the store had stopped answering, ${isGood(blocked) ? `was answered only after ${time(blocked.end - blocked.t)}, when the store was back` : outcomeOf({ ...blocked, kind: 'request' })}`,
      cause:
        'the worker itself waits for the store: a call that blocks its event loop, or requests that wait for one another',
      evidence: [blocked.event],
    });
  const needy = during.filter((one) => isPost(one) || isLimited(one) || isTold(one));
  const opinions = needy.flatMap((one) => judgeNeedy(one, outage, stretch) ?? []);
  // one that took far too long says more than those of which it cannot be told
  const opinion = opinions.find(({ status }) => status === 'broken') ?? opinions[0];
  if (opinion !== undefined) return opinion;
  const beside = during.filter(({ path }) => path === '/').length;
  if (beside === 0 || !needy.some(isPost) || !needy.some(isLimited)) return unknown('nobody asked during the outage');
  return afterwards(history, outage, requests, needy.length + beside);
}

function judgeNeedy(
  request: Asked,
  { from, to }: { readonly from: number; readonly to: number },
  stretch: number,
): Opinion | null {
  const took = request.end - request.t;
  // it may be answered by the store itself, when that is back
  const wasEarly = to - request.t > SOON_MS;
  const isRight = request.outcome === 'answered' && (request.status === 503 || (isTold(request) && isGood(request)));
  const otherwise = (observed: string, cause: string): Opinion =>
    broken({
      judged: 1,
      expected: EXPECTED,
      observed: `${asker(request)}, sent ${time(request.t - from)} after the store had stopped answering, ${observed}`,
      cause,
      evidence: [request.event],
    });
  if (isRight && took <= SOON_MS) return null;
  if (!isRight && request.outcome === 'answered' && request.end < to)
    return otherwise(
      `was answered ${request.status}`,
      isGood(request)
        ? 'the answer comes from the process, not from the store'
        : 'the failure of the store is no failure of the program, nor of its client: 503 says that it is away',
    );
  if (!wasEarly) return isRight ? null : unknown('the outage was too short to tell');
  if (took <= grantedFor(SOON_MS, stretch) && isRight) return tooBusy('whether 503 comes within 2 s');
  return otherwise(
    request.outcome === 'answered'
      ? `was answered ${request.status} only after ${time(took)}`
      : outcomeOf({ ...request, kind: 'request' }),
    'the store is waited for without a deadline, or with one of more than 2 s: AbortSignal.timeout(1000)',
  );
}

function afterwards(
  history: History,
  { to }: { readonly to: number },
  requests: readonly Asked[],
  judged: number,
): Opinion {
  const wait = waitOf(history, SHARED.rightAgain);
  if (wait === undefined) return unknown('the return of the store was not looked at', judged);
  const granted = to + grantedFor(RETURN_MS, stretchWithin(history, to, wait.t));
  const after = requests.filter(({ t }) => t > wait.t);
  const wrong = after.find((one) => !isGood(one));
  const [last] = requests.filter((one) => one.t > to && one.t <= wait.t && !isGood(one)).slice(-1);
  if ((!wait.met && !conclusive(wait)) || (wait.met && wrong !== undefined && wrong.t <= granted))
    return tooBusy('how soon all is right again', judged);
  if (!wait.met || wrong !== undefined) {
    const shown = wrong ?? last;
    return broken({
      judged,
      expected: EXPECTED,
      observed:
        shown === undefined
          ? `${time(wait.t - to)} after the store’s return not every worker answers as before`
          : `${asker(shown)}, ${time(shown.t - to)} after the store’s return, ${outcomeOf({ ...shown, kind: 'request' })}`,
      cause: 'after an outage the store is not asked again, or what waited in vain still stands in the way',
      evidence: [wait, shown?.event],
    });
  }
  if (metLate(wait)) return tooBusy('how soon all is right again', judged);
  const numbers = judgeVisits(history, requests);
  if (numbers.status === 'broken')
    return broken({
      ...asBroken(numbers),
      expected: EXPECTED,
      cause: numbers.cause ?? 'numbers are lost or given twice in the outage',
    });
  if (after.length === 0 || numbers.status !== 'holds') return unknown('nobody asked when the store was back', judged);
  return holds(
    judged + after.length,
    `${plural(judged, 'request')} in an outage, right again ${time(wait.t - to)} after it`,
  );
}
