// A rolling restart under load: clauses 4.1 to 4.8.
import { of, type EventOf, type History, type Life, type RequestEvent } from '#history';
import { broken, holds, unknown, type Opinion } from '../finding.ts';
import {
  conclusive,
  deathOf,
  errorOf,
  isGone,
  isLoss,
  listed,
  listeningAt,
  named,
  plural,
  sceneOf,
  time,
  type Scene,
} from '../scene.ts';
import { greets } from './answers.ts';
import { replacesEachKilled, UNTOLD_MS, wordFor } from './replacement.ts';

/** The names of the waits in a restart. */
export const RESTART = {
  begun: 'the restart begins',
  over: 'the restart is over',
  atRest: 'no second restart follows',
  later: 'a later restart is over',
} as const;

/** A timer may fire a little early by another process's clock. */
const EARLY_MS = 5;
/** A request must have come so long before a slow one is due that its answer may well be given first. */
const AHEAD_MS = 100;
/** Contract 4.5. */
const GONE_MS = 10_000;
/** Contract 4.4: unanswered so long after it was due. */
const HANGING_MS = 3000;

/** 4.1: `GET /slow?ms=N` answers like `GET /` after N ms, and its worker answers others meanwhile. */
export function waitsWithoutBlocking(history: History): Opinion {
  const scene = sceneOf(history);
  const long = scene.requests.find((request) => request.stream === 'long');
  const killed = new Set(
    of(history, 'fault')
      .filter((fault) => fault.fault === 'SIGKILL')
      .map((fault) => fault.pid),
  );
  if (long !== undefined && isLoss(long) && long.outcome !== 'unfinished' && !killed.has(scene.owner(long) ?? 0)) {
    return broken({
      judged: 1,
      expected: `GET ${long.path} is answered after ${dueAfter(long)} ms`,
      observed: `it ${wordFor(long)} after ${time(long.end - long.t)}`,
      cause: 'something in the worker ends a request that takes long (a time-out of the server or of its sockets)',
    });
  }
  const form = greets(history, (path) => path.startsWith('/slow'), 'GET /slow?ms=N');
  if (form.status !== 'holds') return form;
  const slow = scene.requests.filter((request) => request.path.startsWith('/slow') && request.outcome === 'answered');
  const soon = slow.find((request) => request.end - request.t < dueAfter(request) - EARLY_MS);
  if (soon !== undefined)
    return broken({
      judged: slow.length,
      expected: `GET ${soon.path} is answered after ${dueAfter(soon)} ms`,
      observed: `it was answered after ${time(soon.end - soon.t)}`,
      cause: 'the time in the query is not waited for',
    });
  const stretch = Math.max(1, ...of(history, 'pace').map((event) => event.stretch));
  const late = slow.find((request) => request.end - request.t > dueAfter(request) + HANGING_MS * stretch);
  if (late !== undefined)
    return broken({
      judged: slow.length,
      expected: `GET ${late.path} is answered after ${dueAfter(late)} ms`,
      observed: `it was answered after ${time(late.end - late.t)}`,
      cause: 'something blocks the worker’s event loop, or requests wait for one another',
    });
  const aside = scene.requests.filter((request) => request.stream === 'beside slow');
  const under = aside.filter((request) => request.path.startsWith('/slow') && !isLoss(request));
  const quick = aside.filter(
    (request) =>
      request.path === '/' &&
      !isLoss(request) &&
      under.some((slowOne) => slowOne.pid === request.pid && request.t + AHEAD_MS <= slowOne.end),
  );
  if (quick.length === 0 && long !== undefined) return holds(slow.length, `${plural(slow.length, 'slow answer')}`);
  if (quick.length === 0) return unknown('no request could be sent to a worker that had a slow one', slow.length);
  const blocked = quick.find((request) => under.every((slowOne) => slowOne.end <= request.end));
  if (blocked !== undefined) {
    if (stretch >= 6)
      return unknown('this machine is too busy to tell whether a slow request blocks its worker', slow.length);
    return broken({
      judged: slow.length,
      expected: 'a worker answers others while a slow request is under way',
      observed: `pid ${blocked.pid} answered GET / only after ${time(blocked.end - blocked.t)}, when its slow request was answered`,
      cause: 'the wait blocks the event loop: use a timer (setTimeout), no loop and no Atomics.wait',
    });
  }
  return holds(slow.length, `${plural(slow.length, 'slow answer')}, ${plural(quick.length, 'other')} given meanwhile`);
}

function dueAfter({ path }: RequestEvent): number {
  return Number(new URLSearchParams(path.split('?')[1]).get('ms'));
}

interface Restart {
  readonly scene: Scene;
  readonly signals: readonly EventOf<'fault'>[];
  readonly first: EventOf<'fault'>;
  readonly last: EventOf<'fault'>;
  /** Listening when the first signal came. */
  readonly old: readonly Life[];
  /** Forked from then until the first kill after it. */
  readonly forks: readonly Life[];
  readonly over: EventOf<'wait'> | undefined;
  /** Until then the restart is judged: its wait's end, or the end of what was seen. */
  readonly end: number;
}

function restartOf(history: History): Restart | null {
  const scene = sceneOf(history);
  const hangups = of(history, 'fault').filter((fault) => fault.fault === 'SIGHUP');
  // once all is over, a signal begins another restart
  const rest = of(history, 'wait').find((wait) => wait.until === RESTART.atRest)?.t ?? Infinity;
  const signals = hangups.filter((fault) => fault.t <= rest);
  const [first, last] = [signals[0], signals.at(-1)];
  if (first === undefined || last === undefined) return null;
  const kill = of(history, 'fault').find((fault) => fault.fault === 'SIGKILL' && fault.t > first.t)?.t ?? Infinity;
  const over = of(history, 'wait').find((wait) => wait.until === RESTART.over);
  const stop = of(history, 'stop')[0]?.t ?? Infinity;
  const end = Math.min(
    kill,
    of(history, 'wait').find((wait) => wait.until === RESTART.atRest)?.t ?? over?.t ?? Infinity,
    stop,
  );
  return {
    scene,
    signals,
    first,
    last,
    old: listeningAt(scene.lives, first.t),
    forks: scene.lives.filter((life) => life.forked > first.t && life.forked < Math.min(kill, stop, rest)),
    over,
    end,
  };
}

function notTried(history: History): Opinion {
  const death = deathOf(sceneOf(history));
  return unknown(death === null ? 'no SIGHUP was sent' : `the program did not live to be restarted: ${death.observed}`);
}

/** 4.2 for a signal that is sent when an earlier restart is over. */
export function replacesEveryWorkerAgain(history: History): Opinion {
  const scene = sceneOf(history);
  const rest = of(history, 'wait').find((wait) => wait.until === RESTART.atRest);
  const signal =
    rest === undefined
      ? undefined
      : of(history, 'fault').find((fault) => fault.fault === 'SIGHUP' && fault.t >= rest.t);
  if (signal === undefined) return unknown('no SIGHUP was sent after the first restart');
  const later = of(history, 'wait').filter((wait) => wait.from >= signal.t);
  const over = later.find((wait) => wait.until === RESTART.later) ?? later.find((wait) => wait.until === RESTART.begun);
  const old = listeningAt(scene.lives, signal.t);
  if (over?.until === RESTART.later && over.met)
    return holds(old.length, `${plural(old.length, 'worker')} replaced once more`);
  const death = deathOf(scene);
  const expected = 'every SIGHUP replaces every worker, also one after an earlier restart';
  if (death !== null) return broken({ judged: old.length, expected, ...death });
  if (over === undefined) return unknown('the later restart was not waited for');
  if (!conclusive(over))
    return unknown('this machine is too busy to tell whether a later restart would come to its end', old.length);
  const forks = scene.lives.filter((life) => life.forked > signal.t).length;
  return broken({
    judged: old.length,
    expected,
    observed: `${time(over.t - signal.t)} after a later SIGHUP ${forks === 0 ? 'nothing was forked' : `${plural(forks, 'worker')} forked, and not all workers were new`}`,
    cause: 'the signal is handled once (process.once), or the restart never notes that it is over',
  });
}

/** 4.2: SIGHUP replaces every worker. */
export function replacesEveryWorker(history: History): Opinion {
  // its first restart is judged where a second signal comes into it (4.7)
  if (of(history, 'wait').some((wait) => wait.until === RESTART.atRest)) return replacesEveryWorkerAgain(history);
  if (of(history, 'fault').filter((fault) => fault.fault === 'SIGHUP').length > 1)
    return unknown('two signals at once did not come to an end');
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, old, forks, over, end } = restart;
  const expected = `after SIGHUP there are ${old.length} workers again, as before it; none of them was forked before`;
  const fresh = forks.filter((life) => life.listening !== null && !isGone(life, end));
  const stayed = old.filter((life) => !isGone(life, end));
  if (over?.met === true && fresh.length === old.length)
    return holds(
      old.length,
      `${plural(old.length, 'worker')} replaced, ${time(over.t - restart.first.t)} after the signal`,
    );
  const death = deathOf(scene);
  if (death !== null) return broken({ judged: old.length, expected, ...death });
  const wait = over ?? of(history, 'wait').find((each) => each.until === RESTART.begun);
  if (wait === undefined) return unknown('the restart was not waited for');
  if (!conclusive(wait))
    return unknown('this machine is too busy to tell whether the restart would come to its end', old.length);
  if (forks.length === 0)
    return broken({
      judged: old.length,
      expected,
      observed: `${time(end - restart.first.t)} after SIGHUP nothing was forked: ${listed(stayed.map(named))} still serve`,
      cause: 'the primary does not act on SIGHUP',
    });
  if (fresh.length === old.length && stayed.length === 0)
    return holds(old.length, `${plural(old.length, 'worker')} replaced`);
  const dead = forks.find((life) => life.listening === null);
  return broken({
    judged: old.length,
    expected,
    observed: `${time(end - restart.first.t)} after SIGHUP ${plural(fresh.length, 'new worker')} listened${stayed.length > 0 ? `, and ${listed(stayed.map(named))} listened still` : ''}`,
    cause:
      (dead === undefined ? null : errorOf(scene, dead.pid)) ??
      (stayed.length > 0
        ? 'the restart stops before it has replaced them all'
        : fresh.length > old.length
          ? 'more workers are forked than go'
          : 'not every worker that went has a successor'),
  });
}

/** 4.3: never fewer workers listen than before the signal. */
export function neverListensWithFewer(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, first, old, forks, end } = restart;
  if (forks.length === 0) return unknown('no restart took place');
  const moments = scene.lives
    .flatMap((life) => [life.closed, life.disconnected, life.exited])
    .filter((t): t is number => t !== null && t > first.t && t < end);
  for (const t of moments) {
    const up = listeningAt(scene.lives, t);
    if (up.length >= old.length) continue;
    const gone = scene.lives.find((life) => life.closed === t || life.disconnected === t || life.exited === t);
    const next = forks.find((life) => life.listening === null || life.listening > t);
    return broken({
      judged: moments.length,
      expected: `never fewer than ${plural(old.length, 'listening worker')}: a replacement listens before its predecessor is told to go`,
      observed: `${time(t - first.t)} after SIGHUP only ${up.length} listened: ${gone === undefined ? 'a worker' : named(gone)} no longer, ${next === undefined ? 'its replacement was not forked' : `${named(next)} not yet`}`,
      cause:
        'the old worker is told to go before its replacement listens: fork first, wait for its listening event (online comes too early), then let the old one go',
    });
  }
  return holds(moments.length, `${plural(old.length, 'worker')} or more listened all the time`);
}

/** 4.4: not one request is lost while it happens. */
export function losesNothing(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, first, forks, end } = restart;
  const loads = of(history, 'load').filter((load) => load.state === 'end');
  const streams = new Set(loads.map((load) => load.stream));
  const sent = loads.reduce((sum, load) => sum + load.sent, 0);
  const lost = scene.requests.filter(
    (request) =>
      streams.has(request.stream) &&
      isLoss(request) &&
      request.outcome !== 'unfinished' &&
      request.end >= first.t &&
      request.t <= end &&
      !isTheKilleds(scene, request),
  );
  const worst = lost[0];
  if (worst !== undefined) {
    const death = deathOf(scene);
    const byStream = [...streams]
      .map((stream) => [stream, lost.filter((request) => request.stream === stream).length] as const)
      .filter(([, count]) => count > 0);
    const owner = scene.owner(worst);
    const life = owner === null ? undefined : scene.lifeOf(owner);
    return broken({
      judged: sent,
      expected: 'not one request is lost, refused, reset or left hanging during the restart',
      observed: `${plural(lost.length, 'request')} of ${sent.toLocaleString('en-US')} lost (${listed(byStream.map(([stream, count]) => `${count} ${stream}`))}); the first, GET ${worst.path}, ${wordFor(worst)}${life === undefined ? '' : ` at ${named(life)}`}`,
      cause: death?.cause ?? causeOfLoss(worst, life),
    });
  }
  if (forks.length === 0) return unknown('no restart took place', sent);
  const during = (mode: string): number =>
    of(history, 'answers')
      .filter((event) => event.stream === mode && event.t >= first.t && event.t <= end + 100)
      .reduce((sum, event) => sum + event.count, 0) +
    scene.requests.filter((request) => request.stream === mode && request.end >= first.t && request.t <= end).length;
  const missing = [...streams].filter((stream) => during(stream) === 0);
  if (missing.length > 0) return unknown(`during the restart there was no ${listed(missing)} request`, sent);
  return holds(sent, `${plural(sent, 'request')} sent, none lost`);
}

/** Lost with a worker that the checker killed. The last reports of who took which connection die with it. */
function isTheKilleds(scene: Scene, request: RequestEvent): boolean {
  const owner = scene.owner(request);
  return of(scene.history, 'fault').some(
    ({ fault, pid, t }) =>
      fault === 'SIGKILL' && request.end >= t && (owner === null ? request.t >= t - UNTOLD_MS : owner === pid),
  );
}

function causeOfLoss({ outcome, path }: RequestEvent, life: Life | undefined): string {
  const leaving = life !== undefined && (life.closed !== null || life.disconnected !== null || life.exited !== null);
  if (outcome === 'refused') return 'for a moment nobody listened';
  if (outcome === 'hanging')
    return 'a connection was handed to a worker that had stopped taking any up: server.close() does not tell the primary in time; cluster.worker.disconnect() does';
  if (path.startsWith('/slow') && leaving)
    return 'the worker ended while a request was under way: wait for what is in hand, with a deadline';
  if (leaving)
    return 'the worker closed connections whose clients still use them: answer with Connection: close first, so that they leave by themselves';
  return 'a connection was dropped';
}

/** 4.5: 10 s after the last signal no worker from before the first one is alive. */
export function retiredWorkersGo(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, old, forks, last, over } = restart;
  if (forks.length === 0) return unknown('no restart took place');
  if (over === undefined) return unknown('the restart was not waited for');
  const alive = old.filter((life) => life.exited === null || life.exited > over.t);
  const leaving = alive.filter((life) => isGone(life, over.t));
  if (alive.length === 0) {
    const latest = Math.max(...old.map((life) => life.exited as number));
    const late = old.filter((life) => (life.exited as number) - last.t > GONE_MS * over.stretch);
    if (late.length > 0)
      return broken({
        judged: old.length,
        expected: `${time(GONE_MS)} after the signal no worker from before it is alive`,
        observed: `${listed(late.map(named))} went only ${time(latest - last.t)} after it`,
        cause: 'the restart begins late, or gives its workers too much time to go',
      });
    return holds(old.length, `the last of ${old.length} was gone ${time(latest - last.t)} after the signal`);
  }
  if (!over.met && deathOf(scene) !== null) return unknown('the program did not live to let its workers go');
  // one that was never told to go is 4.2's matter
  if (leaving.length === 0) return unknown('the old workers were not told to go');
  if (!conclusive(over))
    return unknown('this machine is too busy to tell whether the retired workers would go', old.length);
  return broken({
    judged: old.length,
    expected: '10 s after the signal no worker from before it is alive',
    observed: `${time(over.t - last.t)} after the signal ${listed(leaving.map(named))} still lived, told to go ${time(over.t - (leaving[0]?.closed ?? leaving[0]?.disconnected ?? over.t))} before`,
    cause:
      'a worker that is told to disconnect lives as long as its clients keep their connections: tell them to go (Connection: close), and set a deadline',
  });
}

/** 4.6: a planned exit is not a crash, and the next one is forked only when the last one listens. */
export function forksOnceEach(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, forks, end, over, first } = restart;
  const { cores } = scene.start;
  const expected = `a restart forks ${cores} workers, each after the one before it listens, and ends with ${cores}`;
  if (forks.length === 0) return unknown('no restart took place');
  const ordered = forks.toSorted((one, other) => one.forked - other.forked);
  for (const [i, life] of ordered.entries()) {
    const before = ordered[i - 1];
    if (before !== undefined && (before.listening === null || before.listening > life.forked)) {
      const extra = ordered.length > cores;
      return broken({
        judged: forks.length,
        expected,
        observed: `${named(life)} was forked ${time(life.forked - first.t)} after SIGHUP, when ${named(before)} did not listen yet${extra ? `; ${plural(forks.length, 'fork')} in all` : ''}`,
        cause: extra
          ? 'the exits of the old workers are answered with forks as if they were crashes'
          : 'the replacements are forked all at once, or one at online instead of listening',
      });
    }
  }
  if (forks.length > cores) {
    return broken({
      judged: forks.length,
      expected,
      observed: `${plural(forks.length, 'worker')} forked: ${listed(forks.map(named), 8)}`,
      cause:
        'a retired worker is replaced a second time: its exit is planned (exitedAfterDisconnect, or your own list of who was retired)',
    });
  }
  const listening = listeningAt(scene.lives, end);
  if (listening.length > cores)
    return broken({
      judged: forks.length,
      expected,
      observed: `${listening.length} workers listened at the end`,
      cause: 'more workers are forked than go',
    });
  if (over?.met !== true || forks.length < cores) return unknown('the restart did not come to its end', forks.length);
  return holds(forks.length, `${plural(forks.length, 'fork')} for ${cores} workers, one after the other`);
}

/** 4.7: a second SIGHUP while the first is served loses nothing either. */
export function servesASecondSignal(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, signals, forks, first, end } = restart;
  const { cores } = scene.start;
  if (signals.length < 2) return unknown('no second SIGHUP was sent: the first one forked nothing');
  const death = deathOf(scene);
  if (death !== null)
    return broken({ judged: 2, expected: 'a second SIGHUP while the first is served loses nothing', ...death });
  for (const part of [neverListensWithFewer(history), losesNothing(history)]) if (part.status !== 'holds') return part;
  const expected = `two signals: at most ${2 * cores} forks, and at the end ${cores} workers, none older than the first signal`;
  if (forks.length > 2 * cores)
    return broken({
      judged: forks.length,
      expected,
      observed: `${plural(forks.length, 'worker')} forked`,
      cause: 'two restarts run at the same time and replace one another’s workers: remember that one is running',
    });
  const alive = scene.lives.filter((life) => life.forked < end && (life.exited === null || life.exited > end));
  const old = alive.filter((life) => life.forked < first.t);
  const wait =
    of(history, 'wait').find((each) => each.until === RESTART.atRest) ??
    of(history, 'wait').find((each) => each.until === RESTART.over);
  if (wait === undefined) return unknown('the restart was not waited for');
  if (old.length > 0 || alive.length !== cores) {
    if (!conclusive(wait))
      return unknown('this machine is too busy to tell whether the restarts would come to their end');
    return broken({
      judged: forks.length,
      expected,
      observed: `${time(end - first.t)} after the first signal ${plural(alive.length, 'worker')} lived${old.length > 0 ? `, ${listed(old.map(named))} from before it` : ''}`,
      cause:
        alive.length > cores
          ? 'both restarts fork, and not every predecessor is let go'
          : 'a restart is left half done when the second signal comes',
    });
  }
  return holds(forks.length, `${plural(forks.length, 'fork')}, ${cores} workers at the end, nothing lost`);
}

/** 4.8: after a restart a crash is still a crash. */
export function replacesAfterRestart(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { first, forks } = restart;
  if (forks.length === 0) return unknown('no restart took place');
  if (!of(history, 'fault').some((fault) => fault.fault === 'SIGKILL' && fault.t > first.t))
    return unknown('no worker was killed after the restart');
  const replaced = replacesEachKilled(history);
  // before the restart a crash was answered (2.3): where nothing is forked now, the restart is why
  const forkedAgain = restart.scene.lives.some((life) => life.forked > restart.end);
  if (replaced.status !== 'broken' || forkedAgain || deathOf(restart.scene) !== null) return replaced;
  return {
    ...replaced,
    cause: 'after the restart an exit is no longer answered with a fork: only the exits of retired workers are planned',
  };
}
