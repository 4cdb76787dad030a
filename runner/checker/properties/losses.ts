// What is lost while a killed worker is replaced: clause 2.4.
import { of, type EventOf, type History, type RequestEvent } from '#history';
import { deathOf, errorOf } from '../death.ts';
import { broken, holds, unknown, type Opinion } from '../finding.ts';
import { stretchOf } from '../moments.ts';
import { isLoss } from '../requests.ts';
import { sceneOf, type Scene } from '../scene.ts';
import { endOf, named, outcomeOf, plural, time } from '../words.ts';
import { killsOf, type Kill } from './replacement.ts';

/** Only so long after a death may a connection end whose owner cannot be told. */
export const UNTOLD_MS = 500;

/** The loads of a run by their ends, and what of them was lost; what its clients left unfinished is no loss. */
export function lossesIn({ history, requests }: Scene): {
  readonly loads: readonly EventOf<'load'>[];
  readonly sent: number;
  readonly lost: readonly RequestEvent[];
} {
  const loads = of(history, 'load').filter((load) => load.state === 'end');
  const streams = new Set(loads.map((load) => load.stream));
  return {
    loads,
    sent: loads.reduce((sum, load) => sum + load.sent, 0),
    lost: requests.filter(
      (request) => streams.has(request.stream) && isLoss(request) && request.outcome !== 'unfinished',
    ),
  };
}

/** 2.4: while a killed worker is replaced, only what it had in hand is lost, and nothing is refused. */
export function losesOnlyWhatTheKilledHad(history: History): Opinion {
  const scene = sceneOf(history);
  const kills = killsOf(scene);
  const expected = 'of all requests only those are lost that the killed worker had in hand, and none is refused';
  if (kills.length === 0) return unknown('no worker could be killed');
  const { sent, lost } = lossesIn(scene);
  const death = deathOf(scene);
  if (death !== null && lost.length > 0) return broken({ judged: lost.length, expected, ...death });
  const refused = lost.filter((request) => request.outcome === 'refused');
  const [unheard] = refused;
  if (unheard !== undefined) {
    return broken({
      judged: sent,
      expected,
      observed: `${plural(refused.length, 'connection')} refused, the first at ${time(unheard.t)}`,
      cause: 'for a moment no worker listened: the others are to go on while one is replaced',
      evidence: refused,
    });
  }
  const unexplained = lost.filter((request) => !hadInHand(scene, kills, request));
  const [first] = unexplained;
  if (first !== undefined) {
    const life = scene.ownerLife(first);
    return broken({
      judged: sent,
      expected,
      observed: `${plural(unexplained.length, 'request')} lost that the killed worker did not have: ${first.path} ${outcomeOf(first)}${life === undefined ? '' : ` at ${named(life)}`}`,
      cause:
        life === undefined || life.exited === null
          ? 'a worker that goes on drops connections'
          : `${named(life)} was not killed by the checker and ended with ${endOf(life)}: ${errorOf(scene, life.pid) ?? 'the program ends workers that could go on'}`,
      evidence: [...unexplained, life],
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
  const until = UNTOLD_MS * stretchOf(scene.history);
  return kills.some(({ fault, victim }) => {
    if (request.end < fault.t) return false;
    if (owner !== null) return victim.pid === owner;
    return request.t <= fault.t + until && (request.end <= fault.t + until || request.outcome === 'hanging');
  });
}
