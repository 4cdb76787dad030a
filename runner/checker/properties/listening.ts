// Whether the workers come to listen, and where: clauses 0.1 and 1.5.
import { of, type History, type Life, type RequestEvent } from '#history';
import { deathOf, errorOf } from '../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../finding.ts';
import { listeningAt } from '../lives.ts';
import { conclusive, firstFault, metLate, stopOf } from '../moments.ts';
import { firstGeneration, sceneOf, type Scene } from '../scene.ts';
import { listed, named, plural, time } from '../words.ts';

/** 0.1: all workers listen on PORT, 10 s after the start. */
export function listensOnPort(history: History): Opinion {
  const scene = sceneOf(history);
  const { start, ready } = scene;
  const expected = `all workers listen on PORT (${start.port}) within 10 s of the start, reachable at 127.0.0.1`;
  const first = firstGeneration(scene);
  const up = first.filter((life) => life.listening !== null);
  const away = onOtherPorts(scene, first);
  if (away !== null) {
    if (!conclusive(away.waited)) return tooBusy(WHETHER);
    return broken({
      judged: first.length,
      expected,
      observed: away.where,
      cause:
        new Set(away.lives.map((life) => life.elsewhere)).size === 1
          ? 'the port is written into the program; it is to come from process.env.PORT'
          : 'each worker makes up a port of its own; all of them are to listen on PORT',
      evidence: away.lives,
    });
  }
  const refused = refusedWhileListening(scene);
  if (up.length > 0 && refused !== undefined) {
    return broken({
      judged: up.length,
      expected,
      observed: `a connection to 127.0.0.1:${start.port} was refused after ${time(refused.t)}`,
      cause: 'the program listens at another address; leave the address away, or use 127.0.0.1 or 0.0.0.0',
      evidence: [refused, ...up],
    });
  }
  if (up.length === 0) return nobodyListens(scene, first, expected);
  if (ready === undefined) return unknown('the program was not waited for');
  // where as many as cores listen, the wait was over: one worker too many is another clause's matter (0.3)
  const late = ready.met ? [] : first.filter((life) => life.listening === null);
  const [latest] = late;
  if (latest !== undefined) {
    const death = deathOf(scene);
    if (death !== null) return broken({ judged: first.length, expected, ...death });
    if (!conclusive(ready)) return tooBusy(WHETHER);
    return broken({
      judged: first.length,
      expected,
      observed: `${listed(late.map(named))} did not listen after ${time(ready.t)}`,
      cause: errorOf(scene, latest.pid) ?? 'it does not come to listen(), or listen() fails',
      evidence: [ready, ...late],
    });
  }
  if (metLate(ready)) return tooBusy(WHETHER, up.length);
  return holds(
    up.length,
    `${plural(up.length, 'worker')} on port ${start.port} after ${time(Math.max(...up.map((life) => life.listening ?? 0)))}`,
  );
}

function nobodyListens(scene: Scene, first: readonly Life[], expected: string): Opinion {
  const { history, start, ready } = scene;
  const stranger = of(history, 'taken')[0];
  if (stranger !== undefined)
    return unknown(`no worker listens through the cluster, and pid ${stranger.pid} takes the connections`);
  const death = deathOf(scene);
  if (death !== null) return broken({ judged: 1, expected, ...death, cause: otherPortTaken(scene) ?? death.cause });
  if (ready === undefined || ready.met) return unknown('the program was not waited for');
  if (!conclusive(ready)) return tooBusy(WHETHER);
  const alone = of(history, 'bound')[0];
  const silence =
    first.length === 0 ? 'no worker was forked with cluster.fork()' : 'no worker calls listen() on PORT, or it fails';
  return broken({
    judged: 1,
    expected,
    observed: `nothing listened on ${start.port} after ${time(ready.t)}${ready.quiescent ? ', and nothing more was under way in the program' : ''}`,
    cause:
      alone === undefined
        ? (errorOf(scene) ?? silence)
        : `pid ${alone.pid} binds port ${alone.port} for itself alone (exclusive or reusePort), past the cluster`,
    evidence: [ready, alone, ...first],
  });
}

const WHETHER = 'whether all workers would come to listen on PORT';

/** Null where as many as cores listen on PORT: then other ports are the program's own affair. */
function onOtherPorts({ ready }: Scene, first: readonly Life[]) {
  const lives = first.filter((life) => life.listening === null && life.elsewhere !== null);
  if (ready === undefined || ready.met || lives.length === 0) return null;
  const where = listed(lives.map((life) => `${named(life)} listens on ${life.elsewhere}`));
  return { lives, where, waited: ready };
}

/** The cause where a worker wanted another port than PORT, which somebody else has. */
function otherPortTaken(scene: Scene): string | null {
  const port = /EADDRINUSE[^(]*:(\d+)/.exec(errorOf(scene) ?? '')?.[1];
  return port === undefined || Number(port) === scene.start.port
    ? null
    : `the program listens on ${port}, which is taken, instead of the port in process.env.PORT`;
}

/** The end of a process is told so long after its port refuses, at most. */
const ENDING_MS = 250;

/** A connection refused although workers listen and none of the program's processes has ended yet. */
function refusedWhileListening({ history, lives, requests }: Scene): RequestEvent | undefined {
  const ends = [...of(history, 'exit'), ...of(history, 'ended')].map((event) => event.t);
  const until = Math.min(firstFault(history), ...[...ends, stopOf(history)].map((t) => t - ENDING_MS));
  return requests.find(
    (request) => request.outcome === 'refused' && request.t < until && listeningAt(lives, request.t).length > 0,
  );
}

/** 1.5: all workers share the one port. */
export function shareOnePort(history: History): Opinion {
  const scene = sceneOf(history);
  const { start } = scene;
  const expected = `every worker listens on the one port ${start.port}, through the cluster`;
  const first = firstGeneration(scene);
  const away = onOtherPorts(scene, first);
  if (away !== null) {
    if (!conclusive(away.waited)) return tooBusy(WHETHER);
    const [other, ...others] = new Set(away.lives.map((life) => life.elsewhere));
    // which port it has to be is another clause's matter (0.1)
    if (others.length === 0 && away.lives.length === first.length)
      return unknown(`all workers share one port, ${other}, which is not PORT`);
    return broken({
      judged: first.length,
      expected,
      observed: away.where,
      cause:
        'the workers listen on ports of their own; in a cluster all of them listen on the same one, and the primary shares it out',
      evidence: away.lives,
    });
  }
  const alone = of(history, 'bound').find((event) => event.port === start.port);
  if (alone !== undefined) {
    return broken({
      judged: Math.max(1, first.length),
      expected,
      observed: `pid ${alone.pid} bound port ${start.port} for itself`,
      cause: 'exclusive or reusePort takes the port past the cluster: the primary does not deal its connections',
      evidence: [alone],
    });
  }
  const sharing = first.filter((life) => life.listening !== null);
  return sharing.length === 0
    ? unknown('no worker listened')
    : holds(sharing.length, `${plural(sharing.length, 'worker')} on port ${start.port}`);
}
