// An exception that nobody catches: it ends its worker, and no other. Clause 8.3.
import { grantedFor, type EventOf, type History, type Life, type RequestEvent } from '#history';
import { deathOf, errorOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion, type Witness } from '../../finding.ts';
import { conclusive, firstKill, markOf, metLate, stopOf, stretchOf, waitOf } from '../../moments.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { endOf, listed, named, outcomeOf, plural, time, waited } from '../../words.ts';
import { lossesIn, UNTOLD_MS } from '../losses.ts';

/** What the scenario calls them: the stream of `GET /crash`, that of fresh connections until its worker is gone, waits, and a mark. */
export const EXCEPTION = {
  stream: 'exception',
  visits: 'visits after the exception',
  gone: 'the worker with the exception is gone',
  replaced: 'the worker with the exception is replaced',
  over: 'the exception is over',
} as const;

/** Contract 8.3. */
const TAKES_MS = 3000;

const EXPECTED =
  'an exception outside of any request ends its worker, at once or when what it has in hand is answered; it is replaced, and no other worker ends or loses anything';

/** 8.3: `GET /crash` ends its worker and no other; it is replaced, and only what it had in hand is lost. */
export function endsTheWorkerWithTheException(history: History): Opinion {
  const scene = sceneOf(history);
  const crash = scene.requests.find(({ stream }) => stream === EXCEPTION.stream);
  if (crash === undefined) return unknown('GET /crash was not asked for');
  const until = markOf(history, EXCEPTION.over)?.t ?? Math.min(firstKill(history), stopOf(history));
  const ends = scene.lives.filter(
    ({ forked, exited }) => forked < crash.t && exited !== null && exited >= crash.t && exited <= until,
  );
  const victim = scene.ownerLife(crash) ?? ends[0];
  const death = deathOf(scene);
  if (death !== null && (scene.died === undefined || scene.died.t <= until)) return otherwise(death);
  if (victim === undefined) return unknown('who answered GET /crash could not be told');

  const late = scene.requests.filter(
    (request) =>
      request.stream === EXCEPTION.visits &&
      request.opened - crash.end > grantedFor(TAKES_MS, stretchOf(history)) &&
      (request.pid ?? scene.owner(request)) === victim.pid,
  );

  const gone = waitOf(history, EXCEPTION.gone);
  if (!ends.includes(victim)) {
    if (gone === undefined) return unknown('what came after GET /crash was not waited for');
    if (gone.met && victim.exited === null) return otherwise(othersEnd(scene, ends));
    // on a busy machine only what it still takes can tell
    if (!conclusive(gone) && late.length === 0) return tooBusy('whether the exception would end its worker');
    return otherwise({
      observed: `GET /crash ${outcomeOf(crash)}, and ${time(gone.t - crash.t)} later ${named(victim)} was still there`,
      cause: causeOfLife(victim, crash, gone),
      evidence: [gone, victim, ...late],
    });
  }
  const others = ends.filter((life) => life !== victim);
  if (others.length > 0) return otherwise(othersEnd(scene, others));

  const last = late.at(-1);
  if (last !== undefined)
    return otherwise({
      observed: `${time(last.opened - crash.end)} after GET /crash was answered ${named(victim)} still took new connections; it ended with ${endOf(victim)}`,
      cause:
        'after the exception it goes on as before, until a timer ends it: nobody knows in which state it is, so it is to take nothing new',
      evidence: late,
    });

  const replaced = waitOf(history, EXCEPTION.replaced);
  if (replaced === undefined) return unknown('a replacement was not waited for');
  if (!replaced.met) {
    if (!conclusive(replaced)) return tooBusy('whether the worker would be replaced in time');
    return otherwise({
      observed: `${named(victim)} ended with ${endOf(victim)}, and ${waited(replaced)} as many workers as before did not listen`,
      cause: victim.planned
        ? 'it left by disconnect(), so its exit looks planned (exitedAfterDisconnect): after an exception it is to be replaced nevertheless'
        : 'not every exit is answered with a fork',
      evidence: [victim, replaced],
    });
  }
  const { sent, lost } = lossesIn(scene);
  const foreign = lost.filter(({ end }) => end >= crash.t && end <= until).filter((each) => !isOf(scene, victim, each));
  const [first] = foreign;
  if (first !== undefined) {
    const life = scene.ownerLife(first);
    return otherwise({
      observed: `${plural(foreign.length, 'request')} lost that ${named(victim)} did not have; the first, GET ${first.path}, ${outcomeOf(first)}${life === undefined ? '' : ` at ${named(life)}`}`,
      cause: 'the others are to go on as if nothing had happened',
      evidence: [...foreign, life],
    });
  }
  if (metLate(replaced)) return tooBusy('whether the worker would be replaced in time', sent);
  if (sent === 0) return unknown('nothing was under way at the exception');
  return holds(
    sent,
    `${named(victim)} ended with ${endOf(victim)} ${time((victim.exited ?? crash.t) - crash.t)} after GET /crash, and was replaced`,
  );

  function otherwise(what: {
    readonly observed: string;
    readonly cause: string;
    readonly evidence: readonly Witness[];
  }) {
    return broken({
      judged: 1,
      expected: EXPECTED,
      ...what,
      evidence: [crash, victim, ...what.evidence],
    });
  }
}

function othersEnd(scene: Scene, others: readonly Life[]) {
  return {
    observed: `${listed(others.map(named))} ended, which had no exception`,
    cause:
      errorOf(scene, others[0]?.pid) ?? 'the program ends all of its workers, or another one, for an exception of one',
    evidence: others,
  };
}

function causeOfLife(victim: Life, crash: RequestEvent, gone: EventOf<'wait'>): string {
  if (crash.status === 404) return 'GET /crash does not come to the application';
  if (victim.closed !== null || victim.disconnected !== null)
    return 'it leaves, and clients that keep their connections busy hold it: tell them to go (Connection: close), and set a deadline';
  if (crash.outcome === 'hanging' || gone.quiescent) return 'nothing is under way in it, and it does not end';
  return 'who catches it (a listener for uncaughtException, or a domain) goes on as if nothing had happened: nobody knows in which state the process is, so it is to end';
}

/** In the hands of that worker; where nobody is known to have had it, lost when that one ended, or hanging since. */
function isOf(scene: Scene, victim: Life, request: RequestEvent): boolean {
  if (request.outcome === 'refused') return false;
  const owner = scene.owner(request);
  if (owner !== null) return owner === victim.pid;
  const until = (victim.exited ?? Infinity) + UNTOLD_MS * stretchOf(scene.history);
  return request.t <= until && (request.end <= until || request.outcome === 'hanging');
}
