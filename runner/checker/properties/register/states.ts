// That no state is told before its event, and that none goes back: clause 5.2.
import { of, type History, type Life } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { faultsOf } from '../../moments.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { named, plural, time } from '../../words.ts';
import { fits, rankOf, readings, type Reading, type State, type Told } from './register.ts';

/** Whoever goes by the clock has come to its mind by then. */
const LONG_MS = 1000;

/** 5.2: no state is told before its event, and none goes back. */
export function tellsNoStateEarly(history: History): Opinion {
  const scene = sceneOf(history);
  const told = readings(scene).filter(({ young }) => !young);
  for (const reading of told) {
    const opinion = early(scene, reading, told.length);
    if (opinion !== null) return opinion;
  }
  const back = goesBack(scene, told);
  if (back !== null) return back;
  if (told.length === 0) return unknown('no worker told the register');
  // how workers boot is told in the runs where one is to boot slowly
  if (of(history, 'boots').length === 0) return holds(told.length, plural(told.length, 'answer'));
  const asked = told.filter((reading) => entries(reading).some((each) => bootsFor(scene, reading, each) > 0));
  if (!asked.some((reading) => entries(reading).some((each) => bootsFor(scene, reading, each) > LONG_MS)))
    return unknown('no worker was asked while another one booted slowly', told.length);
  return holds(told.length, `${plural(told.length, 'answer')}, ${asked.length} of them while a worker booted slowly`);
}

function entries({ answer }: Reading): readonly Told[] {
  return 'told' in answer ? answer.told : [];
}

function lifeOf({ lives }: Scene, { id }: Told): Life | undefined {
  return lives.find(({ worker }) => worker === id);
}

/** For how many ms it had been online when this was asked, where it did not listen until it was answered; 0 where it did. */
function bootsFor(scene: Scene, { request }: Reading, told: Told): number {
  const life = lifeOf(scene, told);
  if (life === undefined || life.online === null || life.online > request.t) return 0;
  const boots = [life.listening, life.disconnected, life.exited].every((t) => t === null || t > request.end);
  return boots ? request.t - life.online : 0;
}

function early(scene: Scene, reading: Reading, judged: number): Opinion | null {
  const { request, asker } = reading;
  for (const each of entries(reading)) {
    const life = lifeOf(scene, each);
    if (life === undefined || fits(scene.history, life, each.state, reading) !== 'early') continue;
    if (each.state === 'disconnected' && life.disconnected !== null && life.disconnected <= request.end)
      return broken({
        judged,
        expected: `worker ${life.worker}, that has exited, is told as exited and never as less`,
        observed: `${named(asker)} told it as disconnected, ${time(request.end - (life.exited ?? 0))} after its exit event`,
        cause: AFTER_THE_END,
        evidence: [request, asker, life],
      });
    return broken({
      judged,
      expected: `worker ${life.worker} is told as ${each.state} when its ${EVENT[each.state]} event has come, and not before`,
      observed: `${named(asker)} told it at ${time(request.end)}; ${cameOf(life, each.state)}`,
      cause: CAUSE[each.state],
      evidence: [request, asker, life],
    });
  }
  return null;
}

const EVENT: Readonly<Record<State, string>> = {
  forked: 'fork',
  online: 'online',
  listening: 'listening',
  disconnected: 'disconnect',
  exited: 'exit',
};

const CAUSE: Readonly<Record<State, string>> = {
  forked: 'the register tells what it cannot know',
  online: 'cluster.fork() gives a process that has not run a line yet: wait for its online event',
  listening:
    'a worker that runs, or a time that has passed, is taken for one that listens: only its listening event tells',
  disconnected:
    'a worker that is asked to leave is taken for one that has gone: it is connected until its last client is, and then its disconnect event comes',
  exited:
    'a worker that is asked to go, or is heard of no more, is taken for one that has exited: only its exit event tells',
};

const AFTER_THE_END = 'a disconnect event may come after the exit event: nothing follows the end';

function cameOf(life: Life, state: State): string {
  const t = {
    forked: life.forked,
    online: life.online,
    listening: life.listening,
    disconnected: life.disconnected,
    exited: life.exited,
  }[state];
  return t === null ? 'that event never came' : `that event came at ${time(t)}`;
}

/** One worker that tells less of another one than it told before. */
function goesBack(scene: Scene, told: readonly Reading[]): Opinion | null {
  const latest = new Map<string, { readonly each: Told; readonly reading: Reading }>();
  for (const reading of told) {
    for (const each of entries(reading)) {
      const key = `${reading.asker.worker} ${each.id}`;
      const before = latest.get(key);
      if (before !== undefined && before.reading.request.end > reading.request.t) continue;
      if (before !== undefined && rankOf(each.state) < rankOf(before.each.state)) {
        const life = lifeOf(scene, each);
        return broken({
          judged: told.length,
          expected: `what was told of worker ${each.id} as ${before.each.state} is never told as less`,
          observed: `${named(reading.asker)} told worker ${each.id} as ${before.each.state}, and then as ${each.state}`,
          cause:
            before.each.state === 'exited'
              ? AFTER_THE_END
              : 'an event overwrites a later one, or an older message a newer one',
          evidence: [
            before.reading.request,
            reading.request,
            reading.asker,
            life,
            ...faultsOf(scene.history, 'SIGKILL'),
          ],
        });
      }
      latest.set(key, { each, reading });
    }
  }
  return null;
}
