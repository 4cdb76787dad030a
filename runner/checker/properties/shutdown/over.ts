// How and when a shutdown comes to its end: clause 7.2.
import { grantedFor, of, type History, type Life, type RequestEvent } from '#history';
import { errorOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion, type Witness } from '../../finding.ts';
import { conclusive, faultsOf, OVERLOADED, stretchOf } from '../../moments.ts';
import { isAnswered, isLoss } from '../../requests.ts';
import { endOf, listed, named, plural, time } from '../../words.ts';
import { endedBySignal, notTold, shutdownOf, type Shutdown } from './shutdown.ts';

/** Contract 7.2. */
const OVER_MS = 5000;
const EXPECTED = `it is over ${time(OVER_MS)} after the signal, the primary ends with code 0, and after its last worker`;

/** 7.2: busy clients are told to go, it is over in time, and the primary ends with code 0 after its last worker. */
export function endsInTime(history: History): Opinion {
  const shutdown = shutdownOf(history);
  if (shutdown === null) return notTold(history);
  const { scene, first, old, ended, over } = shutdown;
  const judged = old.length;
  const otherwise = (observed: string, cause: string, ...evidence: readonly Witness[]): Opinion =>
    broken({ judged, expected: EXPECTED, observed, cause, evidence: [first, ended, ...evidence] });
  const unheard = endedBySignal(shutdown);
  if (unheard !== null) return otherwise(`the primary ended by ${first.fault}`, unheard);
  if (over === undefined) return unknown('the end of the program was not waited for');
  if (ended === undefined) {
    if (!conclusive(over)) return tooBusy('whether the program would come to its end');
    const alive = old.filter(({ exited }) => exited === null || exited > over.t);
    const who = alive.length === 0 ? 'the primary' : listed(alive.map(named));
    return otherwise(
      `${time(over.t - first.t)} after ${first.fault} ${who} still ran`,
      causeOfStaying(shutdown, alive),
      ...alive,
    );
  }
  const stretch = stretchOf(history);
  const took = ended.t - first.t;
  const killed = old.filter((life) => isKilled(history, life));
  const when = `${time(took)} after ${first.fault}`;
  if (killed.length > 0 && ended.code !== 0) {
    if (stretch >= OVERLOADED) return tooBusy('whether the workers would have come to their end by themselves', judged);
    return otherwise(
      `${listed(killed.map(named))} had to be killed ${time((killed[0]?.exited ?? ended.t) - first.t)} after ${first.fault}; the primary ended with ${endOf(ended)}`,
      HELD,
      ...killed,
    );
  }
  const left = old.filter(({ exited }) => exited === null || exited > ended.t);
  if (left.length > 0)
    return otherwise(
      `the primary ended ${when} (${endOf(ended)}), and ${listed(left.map(named))} had not ended yet`,
      errorOf(scene, scene.start.pid) ??
        'the primary is to exit when the last worker has exited: not at once, and not at disconnect, which comes before exit',
      ...left,
    );
  if (ended.code !== 0)
    return otherwise(
      `all workers had gone, and the primary ended with ${endOf(ended)} ${when}`,
      errorOf(scene, scene.start.pid) ?? 'an orderly end has the code 0: process.exit(0) when the last worker has gone',
      ...old,
    );
  if (took > grantedFor(OVER_MS, stretch))
    return otherwise(`it was over only ${when}`, causeOfStaying(shutdown, []), ...old);
  if (took > OVER_MS) return tooBusy('whether the program comes to its end in time', judged);
  const { told, untold } = goodbyes(shutdown);
  const [silent] = untold;
  if (silent !== undefined)
    return broken({
      judged,
      expected: 'clients that keep their connection busy are told to go: an answer says Connection: close',
      observed: `the last answer on ${plural(untold.length, 'busy connection')} did not say so: request ${silent.n} (${silent.path}), ${time(silent.end - first.t)} after ${first.fault}`,
      cause: UNTOLD,
      evidence: [first, ...untold],
    });
  if (told === 0) return unknown('no busy client was there to be told to go', judged);
  return holds(judged + told, `over ${when}, code 0; ${plural(told, 'client')} told to go`);
}

const UNTOLD =
  'answers do not say Connection: close once the worker is to leave: set the header when the answer goes out, for slow requests that came in before the signal, too';
const HELD =
  'clients held the worker: busy ones are to be told to go (Connection: close), and idle ones to be cut after a grace, also those that have asked nothing yet (closeIdleConnections() leaves them alone)';

/** Not by the harness. */
function isKilled(history: History, life: Life): boolean {
  return life.signal === 'SIGKILL' && !faultsOf(history, 'SIGKILL').some(({ pid }) => pid === life.pid);
}

function causeOfStaying({ scene, first, end }: Shutdown, alive: readonly Life[]): string {
  if (alive.length === 0)
    return 'something keeps the primary, or made it wait longer than its workers needed: it is to exit as soon as the last worker has';
  const isOfThem = (pid: number | null): boolean => alive.some((life) => life.pid === pid);
  const late = first.t + (end - first.t) / 2;
  const isServing =
    of(scene.history, 'answers').some((event) => event.t > late && isOfThem(event.pid)) ||
    scene.requests.some((request) => isAnswered(request) && request.end > late && isOfThem(request.pid));
  const isLeaving = alive.some(({ closed, disconnected }) => closed !== null || disconnected !== null);
  if (isServing && !isLeaving) return 'the workers go on as if nothing had happened: the primary is to tell them';
  return isServing ? UNTOLD : HELD;
}

/** Of the busy clients whose requests are known one by one: how many were told to go, and the last answers of those that were not. */
function goodbyes({ scene, first }: Shutdown): { readonly told: number; readonly untold: readonly RequestEvent[] } {
  const byConnection = new Map<number, RequestEvent[]>();
  for (const request of scene.requests)
    if (request.stream === BUSY && request.conn !== null && request.opened < first.t)
      byConnection.set(request.conn, [...(byConnection.get(request.conn) ?? []), request]);
  let told = 0;
  const untold: RequestEvent[] = [];
  for (const requests of byConnection.values()) {
    const last = requests.toSorted((one, other) => one.end - other.end).at(-1);
    // what was lost on it is for 7.1 to say
    if (last === undefined || last.end < first.t || isLoss(last)) continue;
    if (last.last) told += 1;
    else untold.push(last);
  }
  return { told, untold };
}

/** The stream of clients that keep their connections busy and whose requests are recorded one by one. */
const BUSY = 'patient';
