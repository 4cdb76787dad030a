// What becomes of a killed worker: clause 2.3.
import { of, type EventOf, type History, type Life } from '#history';
import { deathOf, errorOf } from '../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion, type Witness } from '../finding.ts';
import { conclusive, faultsOf, markOf, metLate, stopOf, waitOf } from '../moments.ts';
import { isAnswered } from '../requests.ts';
import { sceneOf, type Scene } from '../scene.ts';
import { endOf, listed, named, plural, time, waited } from '../words.ts';

/** The name of the wait after the k-th kill (from 1). */
export function replacementWait(kill: number): string {
  return `replacement ${kill} listens`;
}

export interface Kill {
  readonly fault: EventOf<'fault'>;
  readonly victim: Life;
  readonly wait: EventOf<'wait'> | undefined;
  /** Forked after it and before the next kill. */
  readonly forks: readonly Life[];
}

export function killsOf({ history, lives, lifeOf }: Scene): Kill[] {
  const signals = faultsOf(history, 'SIGKILL', 'SIGHUP', 'SIGTERM', 'SIGINT');
  return faultsOf(history, 'SIGKILL').flatMap((fault, i) => {
    const victim = lifeOf(fault.pid);
    if (victim === undefined) return [];
    const next = signals.find((each) => each.t > fault.t)?.t ?? stopOf(history);
    const forks = lives.filter((life) => life.forked > fault.t && life.forked <= next);
    return [{ fault, victim, wait: waitOf(history, replacementWait(i + 1)), forks }];
  });
}

const WHETHER = 'whether the killed worker would be replaced in time';
const EXPECTED = 'a worker killed with SIGKILL is replaced within 5 s, by one worker, which takes its turn';

/** 2.3: a killed worker is replaced within 5 s by exactly one, which takes its turn; so again when that one is killed. */
export function replacesTheKilled(history: History): Opinion {
  const replaced = replacesEachKilled(history);
  const scene = sceneOf(history);
  const last = killsOf(scene).at(-1)?.forks[0];
  if (replaced.status !== 'holds' || last === undefined || hasAnswered(scene, last)) return replaced;
  const death = deathOf(scene);
  if (death !== null) return broken({ judged: replaced.judged, expected: EXPECTED, ...death });
  const visits = visitsSince(scene, last.listening ?? Infinity);
  if (markOf(history, 'replacement is visited') === undefined || visits < 2 * scene.start.cores)
    return unknown('the replacement was not visited', replaced.judged);
  return broken({
    judged: replaced.judged,
    expected: EXPECTED,
    observed: `${named(last)} listens, and none of the connections after it was dealt to it`,
    cause: 'the replacement is not part of the rotation',
    evidence: [last],
  });
}

/** 2.3 without asking whether the replacement takes its turn. */
export function replacesEachKilled(history: History): Opinion {
  const scene = sceneOf(history);
  const kills = killsOf(scene);
  for (const kill of kills) {
    const opinion = notReplaced(scene, kill);
    if (opinion !== null) return opinion;
  }
  const [first] = kills;
  const landed = kills.filter(({ fault }) => fault.landed).length;
  if (first === undefined || landed === 0) return unknown('no worker could be killed');
  const [heir] = first.forks;
  if (heir === undefined) return holds(landed, `${plural(landed, 'worker')} killed: as many workers as before`);
  const again = kills.length > 1 ? `, and ${plural(kills.length - 1, 'time')} more` : '';
  return holds(
    landed,
    `${named(first.victim)}, SIGKILL → ${named(heir)} after ${time((heir.listening ?? heir.forked) - first.fault.t)}${again}`,
  );
}

/** Null where it was replaced in time by one worker that listens. */
function notReplaced(scene: Scene, kill: Kill): Opinion | null {
  const { fault, victim, wait, forks } = kill;
  const otherwise = (what: string, cause: string, ...evidence: readonly Witness[]): Opinion =>
    broken({
      judged: 1,
      expected: EXPECTED,
      observed: `${named(victim)} was killed at ${time(fault.t)}; ${what}`,
      cause,
      evidence: [fault, victim, ...forks, ...evidence],
    });
  if (wait?.met === true) {
    // a worker that was late at the start may have made up the number
    if (forks.length === 0 && fault.landed) return unknown(`nothing was seen to be forked for ${named(victim)}`);
    if (forks.length - 1 <= crashesAfter(scene, kill)) return metLate(wait) ? tooBusy(WHETHER) : null;
    return otherwise(
      `${plural(forks.length, 'worker')} forked for it: ${listed(forks.map(named))}`,
      'more than one listener answers a death with a fork (exit and disconnect, or one for each worker)',
    );
  }
  const death = deathOf(scene);
  if (death !== null) return otherwise(death.observed, death.cause, ...death.evidence);
  if (wait === undefined) return unknown(`what came after the kill of ${named(victim)} was not waited for`);
  if (!conclusive(wait)) return tooBusy(WHETHER);
  const [forked] = forks;
  if (forked === undefined)
    return otherwise(`${waited(wait)} nothing was forked in its place`, causeOfNoFork(scene, kill), wait);
  return otherwise(
    `${plural(forks.length, 'worker')} forked, ${waited(wait)} as many workers as before did not listen`,
    errorOf(scene, forked.pid) ??
      (forked.exited === null
        ? `${named(forked)} does not come to listen`
        : `${named(forked)} ended with ${endOf(forked)} before it listened`),
    wait,
  );
}

function causeOfNoFork(scene: Scene, { fault, victim }: Kill): string {
  const replaced = killsOf(scene).filter((kill) => kill.fault.t < fault.t && kill.forks.length > 0);
  if (replaced.some(({ forks }) => forks.includes(victim)))
    return `${named(victim)} is a replacement itself, and nobody listens for its exit: use cluster.on('exit'), which hears of all workers`;
  if (replaced.length > 0) return 'not every exit is answered with a fork';
  return 'no listener for the cluster’s exit event forks again, or only for some exit codes: of a worker that a signal killed the code is null';
}

/** Each worker that crashed by itself meanwhile may have a replacement of its own. */
function crashesAfter({ history }: Scene, { fault, victim, forks }: Kill): number {
  const until = forks.at(-1)?.forked ?? 0;
  return of(history, 'exit').filter(
    (exit) => exit.t > fault.t && exit.t <= until && exit.pid !== victim.pid && !exit.planned,
  ).length;
}

function hasAnswered({ history, requests, taker }: Scene, { pid }: Life): boolean {
  return (
    requests.some((request) => isAnswered(request) && (request.pid ?? taker(request)) === pid) ||
    of(history, 'answers').some((event) => event.pid === pid)
  );
}

/** How many connections may have been dealt since then: each answer of the ledger is on one, a batch on one at least. */
function visitsSince({ history, requests }: Scene, from: number): number {
  return (
    requests.filter((request) => isAnswered(request) && request.t > from).length +
    of(history, 'answers').filter((event) => event.t > from).length
  );
}
