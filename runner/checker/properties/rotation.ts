// How connections are dealt to the workers: clause 2.2.
import { of, type EventOf, type History, type Life, type RequestEvent } from '#history';
import { broken, holds, tooBusy, unknown, type Opinion } from '../finding.ts';
import { listeningAt } from '../lives.ts';
import { firstKill, stretchOf } from '../moments.ts';
import { isAnswered } from '../requests.ts';
import { sceneOf, type Scene } from '../scene.ts';
import { listed, named, plural } from '../words.ts';

/**
 * Of all windows as long as there are workers, so many show each worker once. Round robin was measured at all of them, the
 * system's own dealing at under a third.
 */
const IN_TURN = 0.9;
const NOT_IN_TURN = 0.7;

/** 2.2: fresh connections, one after the other, visit the workers in rotation; under concurrent load none is idle. */
export function dealsInTurn(history: History): Opinion {
  const scene = sceneOf(history);
  const { cores } = scene.start;
  const visits = scene.requests.filter(
    (request) => request.stream === 'rotation' && isAnswered(request) && request.pid !== null,
  );
  // before and after the kills: as many workers in a round as listen then
  const kill = firstKill(history);
  const windows = [
    ...windowsOf(
      scene,
      visits.filter((request) => request.t < kill),
    ),
    ...windowsOf(
      scene,
      visits.filter((request) => request.t > kill),
    ),
  ];
  if (cores < 3) return unknown('two workers cannot show a rotation');
  if (windows.length < 2 * cores) return unknown('too few connections were answered', visits.length);
  const whole = windows.filter(Boolean).length;
  const share = whole / windows.length;
  if (share < IN_TURN) {
    if (share >= NOT_IN_TURN && stretchOf(history) > 2) return tooBusy('the order of the connections', visits.length);
    const shown = visits.slice(0, 8);
    return broken({
      judged: visits.length,
      expected:
        'fresh connections, one after the other, visit the workers in rotation, also where the platform’s default is another',
      observed: `worker ${shown.map(({ pid }) => scene.lifeOf(pid)?.worker ?? '?').join(', ')}, … (${whole} of ${windows.length} rounds met every worker once)`,
      cause:
        'the operating system deals the connections: set cluster.schedulingPolicy = cluster.SCHED_RR before the first fork',
      evidence: shown,
    });
  }
  const pressure = of(history, 'pressure')[0];
  if (pressure === undefined || pressure.ok === 0) return unknown('the program was not put under load', visits.length);
  const idle = idleUnder(pressure, scene);
  if (idle.length > 0) {
    return broken({
      judged: visits.length,
      expected: 'under concurrent load no worker is idle',
      observed: `${listed(idle.map(named))} had nothing of ${plural(pressure.ok, 'request')} on ${plural(pressure.connections, 'connection')}`,
      cause: 'the connections are not dealt to all workers',
      evidence: [pressure, ...idle],
    });
  }
  return holds(visits.length, `${plural(visits.length, 'connection')} in turn over ${plural(cores, 'worker')}`);
}

/** For each stretch of as many visits as workers listened when they began: whether it meets every worker once. */
function windowsOf(scene: Scene, visits: readonly RequestEvent[]): boolean[] {
  const size = listeningAt(scene.lives, visits[0]?.t ?? 0).length;
  if (size < 2) return [];
  const takers = visits.map((request) => scene.taker(request) ?? request.pid);
  return takers.slice(size - 1).map((_, i) => new Set(takers.slice(i, i + size)).size === size);
}

/** What a worker has begun or taken up is told in batches, so much later. */
const BATCH_MS = 100;

function idleUnder({ since, t }: EventOf<'pressure'>, { history, lives }: Scene): Life[] {
  const busy = new Set(
    [...of(history, 'begun'), ...of(history, 'taken')]
      .filter((event) => event.t >= since && event.t <= t + BATCH_MS)
      .map((event) => event.pid),
  );
  return listeningAt(lives, since).filter((life) => !busy.has(life.pid));
}
