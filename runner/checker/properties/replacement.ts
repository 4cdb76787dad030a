// What becomes of a killed worker, and of the requests meanwhile: clauses 2.3, 2.4 and 4.8.
import { of, type EventOf, type History, type Life, type RequestEvent } from '#history';
import { broken, holds, unknown, type Opinion } from '../finding.ts';
import { conclusive, deathOf, errorOf, isLoss, listed, named, plural, sceneOf, time, type Scene } from '../scene.ts';

/** The name of the wait after the k-th kill (from 1). */
export function replacementWait(kill: number): string {
  return `replacement ${kill} listens`;
}

interface Kill {
  readonly fault: EventOf<'fault'>;
  readonly victim: Life;
  readonly wait: EventOf<'wait'> | undefined;
  /** Forked after it and before the next kill. */
  readonly forks: readonly Life[];
}

function killsOf({ history, lives }: Scene): Kill[] {
  const faults = of(history, 'fault').filter((fault) => fault.fault === 'SIGKILL');
  const hangups = of(history, 'fault').filter((fault) => fault.fault === 'SIGHUP');
  const waits = of(history, 'wait');
  const stop = of(history, 'stop')[0]?.t ?? Infinity;
  return faults.flatMap((fault, i) => {
    const victim = lives.find((life) => life.pid === fault.pid);
    const next = Math.min(faults[i + 1]?.t ?? stop, hangups.find((each) => each.t > fault.t)?.t ?? stop);
    const wait = waits.find((each) => each.until === replacementWait(i + 1));
    return victim === undefined
      ? []
      : [{ fault, victim, wait, forks: lives.filter((life) => life.forked > fault.t && life.forked <= next) }];
  });
}

const EXPECTED = 'a worker killed with SIGKILL is replaced within 5 s, by one worker, which takes its turn';

/** 2.3: a killed worker is replaced within 5 s by exactly one, which takes its turn; so again when that one is killed. */
export function replacesTheKilled(history: History): Opinion {
  const replaced = replacesEachKilled(history);
  const scene = sceneOf(history);
  const last = killsOf(scene).at(-1)?.forks[0];
  if (replaced.status !== 'holds' || last === undefined || answeredLater(scene, last)) return replaced;
  const death = deathOf(scene);
  if (death !== null) return broken({ judged: replaced.judged, expected: EXPECTED, ...death });
  const visits = visitsSince(scene, last.listening ?? Infinity);
  if (!of(history, 'mark').some((mark) => mark.name === 'replacement is visited') || visits < 2 * scene.start.cores)
    return unknown('the replacement was not visited', replaced.judged);
  return broken({
    judged: replaced.judged,
    expected: EXPECTED,
    observed: `${named(last)} listens, and none of the connections after it was dealt to it`,
    cause: 'the replacement is not part of the rotation',
  });
}

/** 2.3 without asking whether the replacement takes its turn. */
export function replacesEachKilled(history: History): Opinion {
  const scene = sceneOf(history);
  const kills = killsOf(scene);
  const landed = kills.filter(({ fault }) => fault.landed);
  for (const kill of kills) {
    const verdict = judgeKill(scene, kill);
    if (verdict !== null) return verdict;
  }
  const first = kills[0];
  if (first === undefined || landed.length === 0) return unknown('no worker could be killed');
  const heir = first.forks[0];
  const again = kills.length > 1 ? `, and ${plural(kills.length - 1, 'time')} more` : '';
  if (heir === undefined)
    return holds(landed.length, `${plural(landed.length, 'worker')} killed: as many workers as before`);
  return holds(
    landed.length,
    `${named(first.victim)}, SIGKILL → ${named(heir)} after ${time((heir.listening ?? heir.forked) - first.fault.t)}${again}`,
  );
}

function judgeKill(scene: Scene, { fault, victim, wait, forks }: Kill): Opinion | null {
  const { history } = scene;
  const at = (what: string): string => `${named(victim)} was killed at ${time(fault.t)}; ${what}`;
  const death = deathOf(scene);
  if (wait === undefined || !wait.met) {
    if (death !== null)
      return broken({ judged: 1, expected: EXPECTED, observed: at(death.observed), cause: death.cause });
    if (wait === undefined) return unknown(`what came after the kill of ${named(victim)} was not waited for`);
    if (!conclusive(wait))
      return unknown('this machine is too busy to tell whether the killed worker would be replaced');
    const waited = `${time(wait.t - wait.from)} later${wait.quiescent ? ', with nothing more under way,' : ''}`;
    const forked = forks[0];
    if (forked === undefined)
      return broken({
        judged: 1,
        expected: EXPECTED,
        observed: at(`${waited} nothing was forked in its place`),
        cause: 'no listener for the cluster’s exit event forks again',
      });
    return broken({
      judged: 1,
      expected: EXPECTED,
      observed: at(`${plural(forks.length, 'worker')} forked, ${waited} as many workers as before did not listen`),
      cause:
        errorOf(scene, forked.pid) ??
        (forked.exited === null
          ? `${named(forked)} does not come to listen`
          : `${named(forked)} ended with ${forked.signal ?? `code ${forked.code}`} before it listened`),
    });
  }
  // each worker that crashed by itself meanwhile may have a replacement of its own
  const until = forks.at(-1)?.forked ?? 0;
  const others = of(history, 'exit').filter(
    (exit) => exit.t > fault.t && exit.t <= until && exit.pid !== victim.pid && !exit.planned,
  ).length;
  // a worker that was late at the start may have made up the number
  if (forks.length === 0 && fault.landed) return unknown(`nothing was seen to be forked for ${named(victim)}`);
  const excess = forks.length - 1 - others;
  if (excess > 0) {
    return broken({
      judged: 1,
      expected: EXPECTED,
      observed: at(`${plural(forks.length, 'worker')} forked for it: ${listed(forks.map(named))}`),
      cause: 'more than one listener answers a death with a fork (exit and disconnect, or one for each worker)',
    });
  }
  return null;
}

function answeredLater(scene: Scene, life: Life): boolean {
  return (
    scene.requests.some(
      (request) => request.outcome === 'answered' && (request.pid ?? scene.taker(request)) === life.pid,
    ) || of(scene.history, 'answers').some((event) => event.pid === life.pid)
  );
}

/** How many connections may have been dealt since then: each answer of the ledger is on one, a batch on one at least. */
function visitsSince({ history, requests }: Scene, from: number): number {
  return (
    requests.filter((request) => request.outcome === 'answered' && request.t > from).length +
    of(history, 'answers').filter((event) => event.t > from).length
  );
}

/** Only so long after a death may a connection end whose owner cannot be told. */
export const UNTOLD_MS = 500;

/** 2.4: while a killed worker is replaced, only what it had in hand is lost, and nothing is refused. */
export function losesOnlyWhatTheKilledHad(history: History): Opinion {
  const scene = sceneOf(history);
  const kills = killsOf(scene);
  const loads = of(history, 'load').filter((load) => load.state === 'end');
  const sent = loads.reduce((sum, load) => sum + load.sent, 0);
  const expected = 'of all requests only those are lost that the killed worker had in hand, and none is refused';
  if (kills.length === 0) return unknown('no worker could be killed');
  const streams = new Set(loads.map((load) => load.stream));
  const lost = scene.requests.filter(
    (request) => streams.has(request.stream) && isLoss(request) && request.outcome !== 'unfinished',
  );
  const refused = lost.filter((request) => request.outcome === 'refused');
  const death = deathOf(scene);
  if (death !== null && lost.length > 0) return broken({ judged: lost.length, expected, ...death });
  if (refused.length > 0) {
    return broken({
      judged: sent,
      expected,
      observed: `${plural(refused.length, 'connection')} refused, the first at ${time(refused[0]?.t ?? 0)}`,
      cause: 'for a moment no worker listened: the others are to go on while one is replaced',
    });
  }
  const unexplained = lost.filter((request) => !hadInHand(scene, kills, request));
  const first = unexplained[0];
  if (first !== undefined) {
    const owner = scene.owner(first);
    const life = owner === null ? undefined : scene.lifeOf(owner);
    const cause =
      life !== undefined && life.exited !== null
        ? `${named(life)} was not killed by the checker and ended with ${life.signal ?? `code ${life.code}`}: ${errorOf(scene, life.pid) ?? 'the program ends workers that could go on'}`
        : 'a worker that goes on drops connections';
    return broken({
      judged: sent,
      expected,
      observed: `${plural(unexplained.length, 'request')} lost that the killed worker did not have: ${first.path} ${wordFor(first)}${life === undefined ? '' : ` at ${named(life)}`}`,
      cause,
    });
  }
  if (sent === 0) return unknown('nothing was under way while the worker was killed');
  if (!kills.some(({ fault }) => fault.landed && fault.inHand > 0))
    return unknown('the killed worker had no request in hand', sent);
  return holds(
    sent,
    `${plural(sent, 'request')} sent, ${plural(lost.length, 'request')} lost, all in the killed workers’ hands`,
  );
}

/** Begun by a killed worker, dealt to it, or on a connection that nobody else took, cut at its death. */
function hadInHand(scene: Scene, kills: readonly Kill[], request: RequestEvent): boolean {
  const owner = scene.owner(request);
  const until = UNTOLD_MS * Math.max(1, ...of(scene.history, 'pace').map((event) => event.stretch));
  return kills.some(({ fault, victim }) => {
    if (request.end < fault.t) return false;
    if (owner !== null) return victim.pid === owner;
    return request.t <= fault.t + until && (request.end <= fault.t + until || request.outcome === 'hanging');
  });
}

export function wordFor({ outcome, status, t, end }: RequestEvent): string {
  switch (outcome) {
    case 'answered':
      return `was answered ${status}`;
    case 'hanging':
      return end - t > 1000 ? `hung for ${time(end - t)}` : 'was left hanging';
    case 'refused':
      return 'was refused';
    case 'reset':
      return 'was reset before its answer';
    case 'closed':
      return 'was closed unanswered';
    case 'cut':
      return 'was cut within its answer';
    case 'unfinished':
      return 'was still under way at the end';
  }
}
