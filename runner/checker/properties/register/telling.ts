// The register itself: who is in it, in which order, and how old it is: clause 5.1.
import type { History, Life } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion, type Witness } from '../../finding.ts';
import { OVERLOADED, stretchOf } from '../../moments.ts';
import { isLoss } from '../../requests.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { listed, named, outcomeOf, plural, time } from '../../words.ts';
import { clauseOf, fits, readings, stateOf, type Reading, type Told } from './register.ts';

/** 5.1: any worker tells, in order of `id`, what has become of all workers ever forked. */
export function tellsEveryWorker(history: History): Opinion {
  const scene = sceneOf(history);
  const all = readings(scene);
  const told = all.filter((reading) => !reading.young);
  if (told.length === 0) return unread(scene);
  for (const reading of told) {
    const opinion = misshapen(reading, told.length) ?? misled(scene, reading, told);
    if (opinion !== null) return opinion;
  }
  const askers = new Set(all.filter(({ answer }) => 'told' in answer).map(({ asker }) => asker));
  const deaf = unasked(scene, all, askers);
  if (deaf !== undefined)
    return unknown(`${named(deaf)} was not asked when it had listened for long enough`, told.length);
  return holds(told.length, `${plural(told.length, 'answer')} by ${plural(askers.size, 'worker')}`);
}

const EXPECTED =
  'GET /workers answers 200 and a JSON array of all workers ever forked, each { id, pid, state, code, signal, planned }';

function unread(scene: Scene): Opinion {
  const asked = scene.requests.filter(({ path }) => path === '/workers');
  const lost = asked.filter((request) => isLoss(request) && request.outcome !== 'unfinished');
  const [first] = lost;
  if (first === undefined || lost.length < asked.length) return unknown('no worker told the register');
  const death = deathOf(scene);
  return broken({
    judged: asked.length,
    expected: EXPECTED,
    observed:
      death?.observed ??
      `${plural(lost.length, 'request')} of GET /workers, none answered: the first ${outcomeOf(first)}`,
    cause: death?.cause ?? 'the path has no handler, or its handler never ends the response',
    evidence: [...lost, ...(death?.evidence ?? [])],
  });
}

function misshapen({ answer, asker, request }: Reading, judged: number): Opinion | null {
  if ('told' in answer) {
    const ids = answer.told.map(({ id }) => id);
    if (ids.every((id, i) => i === 0 || id > (ids[i - 1] ?? id))) return null;
    return broken({
      judged,
      expected: 'the workers in order of id, each once',
      observed: `${named(asker)} told them in the order ${listed(ids.map(String), 12)}`,
      cause: ids.every((id, i) => i === 0 || String(id) > String(ids[i - 1]))
        ? 'the ids are sorted as text, where 10 comes before 2: compare them as numbers'
        : 'they are told in the order in which something happened to them: sort by id, and replace an entry instead of adding one',
      evidence: [request, asker],
    });
  }
  return broken({
    judged,
    expected: EXPECTED,
    observed: `${named(asker)} answered, and ${answer.wrong}`,
    cause:
      request.status === 404
        ? 'the path has no handler'
        : 'id and pid are numbers, state one of the five words; code, signal and planned are null until the worker has exited',
    evidence: [request, asker],
  });
}

function misled(scene: Scene, reading: Reading, all: readonly Reading[]): Opinion | null {
  const judged = all.length;
  const { asker, request, since } = reading;
  if (!('told' in reading.answer)) return null;
  const { told } = reading.answer;
  const otherwise = (expected: string, observed: string, cause: string, ...evidence: readonly Witness[]): Opinion =>
    broken({
      judged,
      expected,
      observed: `${named(asker)} ${observed}`,
      cause,
      evidence: [request, asker, ...evidence],
    });

  const stranger = told.find(({ id, pid }) => !scene.lives.some((life) => life.worker === id && life.pid === pid));
  if (stranger !== undefined) {
    const namesake = scene.lives.find((life) => life.worker === stranger.id || life.pid === stranger.pid);
    return otherwise(
      namesake === undefined ? 'workers that were forked, and no others' : `${named(namesake)}`,
      `told of worker ${stranger.id} with pid ${stranger.pid}, and there is no such worker`,
      'id is worker.id and pid is worker.process.pid, of the worker that cluster.fork gave',
    );
  }

  const missing = scene.lives.find((life) => life.forked <= since && !told.some(({ id }) => id === life.worker));
  if (missing !== undefined) {
    // what it has told once it does know
    if (isOverloaded(scene) && !hasTold(all, reading, missing)) return tooBusy('how old the register is', judged);
    return otherwise(
      `all ${plural(scene.lives.filter((life) => life.forked <= since).length, 'worker')} ever forked`,
      `told of ${told.length}, without ${named(missing)}, forked ${time(request.t - missing.forked)} before`,
      causeOfMissing(scene, reading, missing),
      missing,
    );
  }

  for (const each of told) {
    const life = scene.lives.find(({ worker }) => worker === each.id) as Life;
    // what is told of the dead has clauses of its own
    const dead = each.state === 'exited' || (life.exited !== null && life.exited <= request.end);
    if (!dead && (each.code !== null || each.signal !== null || each.planned !== null))
      return otherwise(
        'code, signal and planned are null until the worker has exited',
        `told of worker ${each.id}: ${inBrief(each)}`,
        'how a worker ends is known when its exit event comes, and not before',
        life,
      );
    const fit = fits(scene.history, life, each.state, reading);
    if (fit !== 'old' || (life.exited !== null && life.exited <= since && clauseOf(scene, life) !== null)) continue;
    if (isOverloaded(scene)) return tooBusy('how old the register is', judged);
    return otherwise(
      `what was so 500 ms before: worker ${each.id} had come to be ${stateOf(life)}`,
      `told that worker ${each.id} is ${each.state}`,
      causeOfAge(scene, reading),
      life,
    );
  }
  return null;
}

export function inBrief({ state, code, signal, planned }: Told): string {
  return `state ${state}, code ${code}, signal ${signal}, planned ${planned}`;
}

function hasTold(all: readonly Reading[], { asker, request }: Reading, { worker }: Life): boolean {
  return all.some(
    (other) =>
      other.asker === asker &&
      other.request.end <= request.t &&
      'told' in other.answer &&
      other.answer.told.some(({ id }) => id === worker),
  );
}

function isOverloaded({ history }: Scene): boolean {
  return stretchOf(history) >= OVERLOADED;
}

function causeOfMissing({ lives }: Scene, { answer, asker }: Reading, missing: Life): string {
  const told = 'told' in answer ? answer.told : [];
  if (told.length === 0) return 'nobody has told this worker anything, or it keeps nothing of what it is told';
  if (told.length === 1 && told[0]?.id === asker.worker)
    return 'each worker tells of itself: it is the primary that knows of all';
  if (missing.exited !== null)
    return 'the dead are forgotten: cluster.workers has the living alone, so keep a list of your own';
  if (lives.indexOf(missing) > lives.indexOf(asker))
    return 'workers that were forked later are not written down, or the others are not told of them';
  return 'a worker that comes later is not told of those that were there before';
}

function causeOfAge({ lives, history }: Scene, { asker }: Reading): string {
  const heir = lives.indexOf(asker) >= (lives[0] === undefined ? 0 : firstOnes(history));
  return heir
    ? 'a replacement is not told what happens: tell all workers, also those that were forked later'
    : 'the workers are told too rarely, or not of this event: tell all of them at each of the five events';
}

function firstOnes({ events }: History): number {
  return events.find((event) => event.kind === 'start')?.cores ?? 0;
}

/** A worker that listened for long enough before the last answer, and gave none. */
function unasked({ lives }: Scene, all: readonly Reading[], askers: ReadonlySet<Life>): Life | undefined {
  const last = all.at(-1);
  if (last === undefined) return undefined;
  return lives.find(
    (life) =>
      life.listening !== null &&
      life.listening <= last.since &&
      [life.closed, life.disconnected, life.exited].every((end) => end === null || end > last.request.end) &&
      !askers.has(life),
  );
}
