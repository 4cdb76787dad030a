// Who is forked, by whom, and how many of them: clauses 0.3 and 1.1.
import { of, type History, type Life } from '#history';
import { deathOf, errorOf } from '../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../finding.ts';
import { conclusive, firstFault, stopOf } from '../moments.ts';
import { firstGeneration, sceneOf, type Scene } from '../scene.ts';
import { endOf, listed, named, plural, time } from '../words.ts';

/** 0.3: the primary forks with cluster.fork, as many as os.availableParallelism() says. */
export function forksPerCore(history: History): Opinion {
  const scene = sceneOf(history);
  const { cores, pid } = scene.start;
  const expected = `${plural(cores, 'worker')} forked by the primary with cluster.fork() (os.availableParallelism() says ${cores})`;
  const strangers = of(history, 'hello').filter(
    (event) => event.role === 'other' && event.forked && event.ppid === pid,
  );
  const [stranger] = strangers;
  if (stranger !== undefined && scene.lives.length < cores) {
    return broken({
      judged: strangers.length,
      expected,
      observed: `${plural(strangers.length, 'process', 'processes')} forked by the primary past the cluster (pid ${stranger.pid})`,
      cause: 'child_process.fork() makes a process that the cluster does not know; cluster.fork() makes a worker',
      evidence: strangers,
    });
  }
  const first = firstGeneration(scene);
  const more = forkedUnasked(scene, first);
  if (first.length === cores && more.length > 0)
    return broken({
      judged: first.length + more.length,
      expected,
      observed: `${plural(first.length, 'worker')} forked at the start, and ${plural(more.length, 'more', 'more')} later, though none had ended: ${listed(more.map(named))}`,
      cause: 'the program forks again when all its workers live',
      evidence: more,
    });
  return count(scene, expected, 'forked', first);
}

/** Forked after all were there and before anything was broken, beyond one for each worker that ended by itself. */
function forkedUnasked({ history, lives, ready }: Scene, first: readonly Life[]): Life[] {
  if (ready === undefined) return [];
  const until = Math.min(firstFault(history), stopOf(history));
  const later = lives.filter((life) => life.forked > ready.t && life.forked < until);
  const last = later.at(-1)?.forked ?? 0;
  // one that ends by itself is disconnected first, and may be replaced at that
  const ended = lives.filter(({ disconnected, exited }) => Math.min(disconnected ?? last, exited ?? last) < last);
  const diedAtBoot = lives.filter((life) => life.forked <= ready.t).length - first.length;
  return later.slice(Math.max(0, ended.length - diedAtBoot));
}

/** 1.1: as many workers as cores come to listen. */
export function oneListensPerCore(history: History): Opinion {
  const scene = sceneOf(history);
  const { cores } = scene.start;
  return count(
    scene,
    `${plural(cores, 'worker')} come to listen, one per core (os.availableParallelism() says ${cores})`,
    'listening',
    firstGeneration(scene).filter((life) => life.listening !== null),
  );
}

function count(scene: Scene, expected: string, what: string, found: readonly Life[]): Opinion {
  const { start, ready, history, lives } = scene;
  if (found.length === start.cores) return holds(found.length, `${found.length} for ${start.cores} cores`);
  const death = deathOf(scene);
  if (death !== null) return broken({ judged: 1, expected, ...death });
  if (ready === undefined) return unknown('the program was not waited for');
  if (found.length < start.cores && !conclusive(ready)) return tooBusy('whether more workers would come');
  const said = `os.availableParallelism() says ${start.cores}${start.cpus === start.cores ? '' : `, os.cpus().length says ${start.cpus}`}`;
  const pids = listed(
    found.map((life) => String(life.pid)),
    8,
  );
  const exits = of(history, 'exit').filter((event) => event.t <= ready.t);
  return broken({
    judged: Math.max(1, found.length),
    expected,
    observed: `${plural(found.length, 'worker')} ${what} after ${time(ready.t)}${pids === '' ? '' : `: pid ${pids}`} (${said})`,
    cause: errorOf(scene) ?? causeOfCount(),
    evidence: [ready, ...lives],
  });

  function causeOfCount(): string {
    const [exit] = exits;
    if (exit !== undefined)
      return `${plural(exits.length, 'worker')} ended while starting (the first with ${endOf(exit)})`;
    if (found.length === start.cpus)
      return 'the program counts os.cpus(); that is the machine, not what this program may use (containers, taskset)';
    if (lives.length === 0) return 'no worker was forked with cluster.fork()';
    if (lives.length > found.length)
      return `${plural(lives.length, 'worker')} forked, and not all of them listen on PORT through the cluster`;
    return `the program forks ${found.length}, whatever the number of cores: it is to ask os.availableParallelism()`;
  }
}
