// Who is forked, by whom, how many of them, and whether they come to listen: clauses 0.1, 0.3, 1.1 and 1.5.
import { of, type History, type Life, type RequestEvent } from '#history';
import { broken, holds, unknown, type Opinion } from '../finding.ts';
import {
  conclusive,
  deathOf,
  errorOf,
  isGone,
  listed,
  listeningAt,
  named,
  plural,
  sceneOf,
  time,
  type Scene,
} from '../scene.ts';

/** 0.1: all workers listen on PORT, 10 s after the start. */
export function listensOnPort(history: History): Opinion {
  const scene = sceneOf(history);
  const { start, ready } = scene;
  const expected = `all workers listen on PORT (${start.port}) within 10 s of the start, reachable at 127.0.0.1`;
  const first = firstGeneration(scene);
  const up = first.filter((life) => life.listening !== null);
  const elsewhere = ready === undefined || ready.met ? [] : onOtherPorts(first);
  if (elsewhere.length > 0) {
    if (ready !== undefined && !conclusive(ready)) return unknown(TOO_BUSY);
    const port = elsewhere[0]?.elsewhere;
    const cause = elsewhere.every((life) => life.elsewhere === port)
      ? `the port is written into the program; it is to come from process.env.PORT`
      : 'each worker makes up a port of its own; all of them are to listen on PORT';
    return broken({
      judged: first.length,
      expected,
      observed: `${listed(elsewhere.map((life) => `${named(life)} listens on ${life.elsewhere}`))}`,
      cause,
    });
  }
  const refused = refusedWhileListening(scene);
  if (up.length > 0 && refused !== undefined) {
    return broken({
      judged: up.length,
      expected,
      observed: `a connection to 127.0.0.1:${start.port} was refused after ${time(refused.t)}`,
      cause: 'the program listens at another address; leave the address away, or use 127.0.0.1 or 0.0.0.0',
    });
  }
  if (up.length === 0) {
    const stranger = of(history, 'taken')[0];
    if (stranger !== undefined)
      return unknown(`no worker listens through the cluster, and pid ${stranger.pid} takes the connections`);
    const death = deathOf(scene);
    const busy = otherPortTaken(scene);
    if (death !== null) return broken({ judged: 1, expected, ...death, ...(busy === null ? {} : { cause: busy }) });
    if (ready === undefined || ready.met) return unknown('the program was not waited for');
    if (!conclusive(ready)) return unknown(TOO_BUSY);
    const by = of(history, 'bound')[0];
    const cause =
      by !== undefined
        ? `pid ${by.pid} binds port ${by.port} for itself alone (exclusive or reusePort), past the cluster`
        : (errorOf(scene) ??
          (first.length === 0
            ? 'no worker was forked with cluster.fork()'
            : 'no worker calls listen() on PORT, or it fails'));
    return broken({
      judged: 1,
      expected,
      observed: `nothing listened on ${start.port} after ${time(ready.t)}${ready.quiescent ? ', and nothing more was under way in the program' : ''}`,
      cause,
    });
  }
  if (ready === undefined) return unknown('the program was not waited for');
  // where as many as cores listen, the wait was over: one worker too many is another clause's matter (0.3)
  const late = ready.met ? [] : first.filter((life) => life.listening === null);
  if (late.length > 0) {
    const death = deathOf(scene);
    if (death !== null) return broken({ judged: first.length, expected, ...death });
    if (!conclusive(ready)) return unknown(TOO_BUSY);
    return broken({
      judged: first.length,
      expected,
      observed: `${listed(late.map(named))} did not listen after ${time(ready.t)}`,
      cause: errorOf(scene, late[0]?.pid) ?? 'it does not come to listen(), or listen() fails',
    });
  }
  return holds(
    up.length,
    `${plural(up.length, 'worker')} on port ${start.port} after ${time(Math.max(...up.map((life) => life.listening as number)))}`,
  );
}

const TOO_BUSY = 'this machine is too busy to tell whether all workers would come to listen on PORT';

function onOtherPorts(lives: readonly Life[]): Life[] {
  return lives.filter((life) => life.listening === null && life.elsewhere !== null);
}

/** The cause where a worker wanted another port than PORT, which somebody else has. */
function otherPortTaken(scene: Scene): string | null {
  const port = /EADDRINUSE[^(]*:(\d+)/.exec(errorOf(scene) ?? '')?.[1];
  return port === undefined || Number(port) === scene.start.port
    ? null
    : `the program listens on ${port}, which is taken, instead of the port in process.env.PORT`;
}

/** A connection refused although workers listen and none of the program's processes has ended yet. */
function refusedWhileListening({ history, lives, requests }: Scene): RequestEvent | undefined {
  const ends = [...of(history, 'exit'), ...of(history, 'ended'), ...of(history, 'stop')].map((event) => event.t);
  const until = Math.min(firstFault(history), ...ends.map((t) => t - ENDING_MS));
  return requests.find(
    (request) => request.outcome === 'refused' && request.t < until && listeningAt(lives, request.t).length > 0,
  );
}

/** The end of a process is told so long after its port refuses, at most. */
const ENDING_MS = 250;

/** 0.3: the primary forks with cluster.fork, as many as os.availableParallelism() says. */
export function forksPerCore(history: History): Opinion {
  const scene = sceneOf(history);
  const { start, lives } = scene;
  const expected = `${plural(start.cores, 'worker')} forked by the primary with cluster.fork() (os.availableParallelism() says ${start.cores})`;
  const strangers = of(history, 'hello').filter(
    (event) => event.role === 'other' && event.forked && event.ppid === start.pid,
  );
  if (strangers.length > 0 && lives.length < start.cores) {
    return broken({
      judged: strangers.length,
      expected,
      observed: `${plural(strangers.length, 'process', 'processes')} forked by the primary past the cluster (pid ${strangers[0]?.pid})`,
      cause: 'child_process.fork() makes a process that the cluster does not know; cluster.fork() makes a worker',
    });
  }
  const first = firstGeneration(scene);
  const more = forkedUnasked(scene);
  if (first.length === start.cores && more.length > 0)
    return broken({
      judged: first.length + more.length,
      expected,
      observed: `${plural(first.length, 'worker')} forked at the start, and ${plural(more.length, 'more', 'more')} later, though none had ended: ${listed(more.map(named))}`,
      cause: 'the program forks again when all its workers live',
    });
  return count(scene, expected, 'forked', first);
}

/** Forked after all were there and before anything was broken, beyond one for each worker that ended by itself. */
function forkedUnasked({ history, lives, ready }: Scene): Life[] {
  if (ready === undefined) return [];
  const until = Math.min(firstFault(history), of(history, 'stop')[0]?.t ?? Infinity);
  const later = lives.filter((life) => life.forked > ready.t && life.forked < until);
  const ended = of(history, 'exit').filter((exit) => exit.t < (later.at(-1)?.forked ?? 0));
  const leftByThem =
    lives.filter((life) => life.forked <= ready.t).length - firstGeneration({ history, lives, ready }).length;
  return later.slice(Math.max(0, ended.length - leftByThem));
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
  const { start, ready, history } = scene;
  const said = `os.availableParallelism() says ${start.cores}${start.cpus === start.cores ? '' : `, os.cpus().length says ${start.cpus}`}`;
  if (found.length === start.cores) return holds(found.length, `${found.length} for ${start.cores} cores`);
  const death = deathOf(scene);
  if (death !== null) return broken({ judged: 1, expected, ...death });
  if (ready === undefined) return unknown('the program was not waited for');
  if (found.length < start.cores && !conclusive(ready))
    return unknown('this machine is too busy to tell whether more workers would come');
  const pids =
    found.length === 0
      ? ''
      : `: pid ${listed(
          found.map((life) => String(life.pid)),
          8,
        )}`;
  const exits = of(history, 'exit').filter((event) => event.t <= ready.t);
  const cause =
    errorOf(scene) ??
    (exits.length > 0
      ? `${plural(exits.length, 'worker')} ended while starting (the first with ${exits[0]?.signal ?? `code ${exits[0]?.code}`})`
      : null) ??
    (found.length === start.cpus
      ? 'the program counts os.cpus(); that is the machine, not what this program may use (containers, taskset)'
      : null) ??
    (scene.lives.length === 0 ? 'no worker was forked with cluster.fork()' : null) ??
    (scene.lives.length > found.length
      ? `${plural(scene.lives.length, 'worker')} forked, and not all of them listen on PORT through the cluster`
      : `the program forks ${found.length}, whatever the number of cores: it is to ask os.availableParallelism()`);
  return broken({
    judged: Math.max(1, found.length),
    expected,
    observed: `${plural(found.length, 'worker')} ${what} after ${time(ready.t)}${pids} (${said})`,
    cause,
  });
}

/** 1.5: all workers share the one port. */
export function shareOnePort(history: History): Opinion {
  const scene = sceneOf(history);
  const { start, ready } = scene;
  const expected = `every worker listens on the one port ${start.port}, through the cluster`;
  const first = firstGeneration(scene);
  const elsewhere = ready === undefined || ready.met ? [] : onOtherPorts(first);
  if (elsewhere.length > 0) {
    if (ready !== undefined && !conclusive(ready)) return unknown(TOO_BUSY);
    return broken({
      judged: first.length,
      expected,
      observed: listed(elsewhere.map((life) => `${named(life)} listens on ${life.elsewhere}`)),
      cause:
        'the workers listen on ports of their own; in a cluster all of them listen on the same one, and the primary shares it out',
    });
  }
  const alone = of(history, 'bound').find((event) => event.port === start.port);
  if (alone !== undefined) {
    return broken({
      judged: Math.max(1, first.length),
      expected,
      observed: `pid ${alone.pid} bound port ${start.port} for itself`,
      cause: 'exclusive or reusePort takes the port past the cluster: the primary does not deal its connections',
    });
  }
  const sharing = first.filter((life) => life.listening !== null);
  return sharing.length === 0
    ? unknown('no worker listened')
    : holds(sharing.length, `${plural(sharing.length, 'worker')} on port ${start.port}`);
}

/** Those that the program forks of itself at its start, without those that died on the way. */
export function firstGeneration({ history, lives, ready }: Pick<Scene, 'history' | 'lives' | 'ready'>): Life[] {
  const until = Math.min(ready?.t ?? Infinity, firstFault(history));
  return lives.filter((life) => life.forked <= until && !isGone(life, until));
}

function firstFault(history: History): number {
  return of(history, 'fault')[0]?.t ?? Infinity;
}
