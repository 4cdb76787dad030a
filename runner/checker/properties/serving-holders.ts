// Who has the server's end of a connection when its request was just answered: told by the operating system, so that the
// program has no say in it. For clauses 0.4, 1.3 and 1.4.
import { of, type EventOf, type Life, type RequestEvent } from '#history';
import { isGone } from '../lives.ts';
import { isAnswered } from '../requests.ts';
import type { Scene } from '../scene.ts';

interface Look {
  readonly held: EventOf<'held'>;
  readonly request: RequestEvent;
}

export interface PassedOn extends Look {
  readonly holder: number;
}

/**
 * A connection that the program handed on: somebody has it to whom the cluster never dealt it. He was there before it was
 * begun, so he is no child that was just born with all that its parent had open.
 */
export function passedOnIn(scene: Scene): PassedOn | undefined {
  const firstSeen = firstSeenIn(scene);
  for (const look of looksIn(scene))
    for (const holder of look.held.pids)
      if (!mayHave(scene, look, holder) && (firstSeen.get(holder) ?? Infinity) < look.request.opened)
        return { ...look, holder };
  return undefined;
}

/** Why it cannot be told who answered; null where nothing speaks against the workers that the answers name. */
export function unexplainedIn(scene: Scene): string | null {
  const passed = passedOnIn(scene);
  if (passed !== undefined) return `request ${passed.request.n} was answered on a connection that was handed on`;
  const looks = looksIn(scene).filter((look) => answererIn(scene, look) !== undefined);
  const own = looks.filter(({ held, request }) => request.pid !== null && held.pids.includes(request.pid));
  const others = looks.filter((look) => !own.includes(look));
  const [nobody] = others.filter(({ held }) => held.pids.length === 0);
  if (nobody !== undefined)
    return `request ${nobody.request.n} was answered on a connection that no process of the program had`;
  for (const look of others)
    for (const holder of look.held.pids)
      if (!mayHave(scene, look, holder))
        return `request ${look.request.n} was answered on a connection that pid ${holder} had, to which the cluster did not deal it`;
  // The primary lets go of a connection a moment after its worker has taken it, which may be too late for one of them.
  return own.length === 0 && others.length > 0
    ? `the primary alone had every connection that was looked up (${others.length})`
    : null;
}

/** The worker that the answer names, where it was there to be dealt the connection, and still is. */
function answererIn(scene: Scene, { held, request }: Look): Life | undefined {
  const life = scene.lifeOf(request.pid);
  if (life === undefined || isGone(life, held.t)) return undefined;
  return life.listening !== null && life.listening <= request.opened ? life : undefined;
}

/** The primary accepts and deals; a worker that refuses what it was dealt may keep it open for a while. */
function mayHave({ history, start, lifeOf }: Scene, { held, request }: Look, pid: number): boolean {
  if (pid === start.pid) return true;
  const life = lifeOf(pid);
  if (life === undefined) return false;
  if (pid === request.pid || isGone(life, held.t)) return true;
  return [...of(history, 'handed'), ...of(history, 'taken')].some(
    (event) => event.pid === pid && event.ports.includes(held.port),
  );
}

/** Each look at the connection of an answered request. Ports are used again: it was the last one begun from that port. */
function looksIn({ history, requests }: Scene): Look[] {
  return of(history, 'held').flatMap((held) => {
    const request = requests.findLast((each) => each.conn === held.port && each.opened <= held.t);
    return request !== undefined && isAnswered(request) ? [{ held, request }] : [];
  });
}

/** When each process was seen for the first time, by its own report or as the holder of a connection. */
function firstSeenIn({ history }: Scene): ReadonlyMap<number, number> {
  const seen = new Map<number, number>();
  for (const event of history.events) {
    if (event.kind === 'hello' && !seen.has(event.pid)) seen.set(event.pid, event.t);
    if (event.kind === 'held') for (const pid of event.pids) if (!seen.has(pid)) seen.set(pid, event.t);
  }
  return seen;
}
