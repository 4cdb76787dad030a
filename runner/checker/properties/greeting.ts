// What the answers say, and whether every request gets one: clause 0.2, and its like for other paths.
import { of, type History, type Life, type RequestEvent } from '#history';
import { broken, holds, unknown, type Opinion } from '../finding.ts';
import { faultsOf, stopOf } from '../moments.ts';
import { isAnswered } from '../requests.ts';
import { sceneOf, type Scene } from '../scene.ts';
import { grouped, named, outcomeOf, plural } from '../words.ts';
import { pidsAreTrue } from './serving-pids.ts';

/** 0.2: `GET /` answers 200 and `Hello from worker <pid>`. */
export function saysHello(history: History): Opinion {
  return greets(history, (path) => path === '/', 'GET /');
}

/** 0.2 where no other clause asks whether the pid is true. */
export function saysHelloTruly(history: History): Opinion {
  const form = saysHello(history);
  if (form.status !== 'holds') return form;
  const workers = new Set(sceneOf(history).lives.map((life) => life.pid));
  const stranger = of(history, 'answers').find((event) => !workers.has(event.pid));
  if (stranger !== undefined) {
    return broken({
      judged: form.judged,
      expected: 'the pid in each body is that of the worker that handled the request',
      observed: `${plural(stranger.count, 'answer')} under load said pid ${stranger.pid}, which is no worker`,
      cause: 'the body is to say process.pid of the process that answers',
      evidence: [stranger],
    });
  }
  const truth = pidsAreTrue(history);
  return truth.status === 'broken' ? truth : form;
}

/** Every answered request to such a path is a greeting, whatever was lost on the way. */
export function greets(history: History, matches: (path: string) => boolean, name: string): Opinion {
  const scene = sceneOf(history);
  const asked = scene.requests.filter((request) => matches(request.path));
  const answered = asked.filter(isAnswered);
  const batches = matches('/') ? of(history, 'answers') : [];
  const judged = answered.length + batches.reduce((sum, event) => sum + event.count, 0);
  const expected = `${name} answers 200 and “Hello from worker <pid>” with a line end`;
  const always = `every ${name} is answered 200 with “Hello from worker <pid>” and a line end`;

  const wrong = answered.find((request) => request.status !== 200 || request.pid === null);
  if (wrong !== undefined) {
    const life = scene.ownerLife(wrong);
    return broken({
      judged,
      expected,
      observed: `${wrong.method} ${wrong.path} answered ${wrong.status} and ${quoted(wrong.body)}${life === undefined ? '' : `, by ${named(life)}`}`,
      cause: causeOfAnswer(wrong),
      evidence: [wrong, life],
    });
  }

  const undisturbed = disturbedAt(scene);
  const dropped = asked.filter(({ outcome, end }) => DROPPED.has(outcome) && end < undisturbed);
  const [first] = dropped;
  if (judged > 0 && first !== undefined) {
    const all = judged + dropped.length;
    return broken({
      judged: all,
      expected: always,
      observed: `${plural(dropped.length, 'request')} of ${grouped(all)} lost although nothing was broken; request ${first.n} ${outcomeOf(first)}`,
      cause: FORGETFUL,
      evidence: dropped,
    });
  }

  const under = matches('/') ? droppedUnderPressure(scene) : null;
  if (under !== null) {
    return broken({
      judged: judged + under.count,
      expected: always,
      observed: `under load ${named(under.life)} began ${plural(under.count, 'request')} that it never answered, although nothing was broken`,
      cause: FORGETFUL,
      evidence: [under.pressure, under.life],
    });
  }

  const hanging = asked.filter((request) => request.outcome === 'hanging');
  if (judged === 0 && hanging.length >= 3) {
    return broken({
      judged: hanging.length,
      expected,
      observed: `${plural(hanging.length, 'request')} of ${name} reached a port on which workers listen, and none was answered`,
      cause: 'the handler never ends its response, or something blocks the event loop of the workers',
      evidence: hanging,
    });
  }
  return judged === 0 ? unknown(`${name} was never answered`) : holds(judged, plural(judged, 'answer'));
}

const FORGETFUL = 'the program drops or forgets requests: each one is to be answered';

/** Losses that nothing but the program explains, while it is left alone. */
const DROPPED: ReadonlySet<RequestEvent['outcome']> = new Set(['reset', 'closed', 'cut', 'hanging']);

/** Until then nothing was done to the program, and it had lost no process: no kill, no signal, no end. */
function disturbedAt({ history, died }: Scene): number {
  return Math.min(
    faultsOf(history, 'SIGKILL', 'SIGHUP', 'SIGTERM', 'SIGINT')[0]?.t ?? Infinity,
    stopOf(history),
    died?.t ?? Infinity,
    of(history, 'bounded')[0]?.t ?? Infinity,
    of(history, 'exit')[0]?.t ?? Infinity,
  );
}

/**
 * autocannon connects again where a connection is closed, and counts nothing. But it knows how many requests it has sent,
 * and a worker how many it began and finished: when its load is over, all that were begun are finished.
 */
function droppedUnderPressure({ history, lives }: Scene) {
  for (const pressure of of(history, 'pressure')) {
    if (pressure.sent <= pressure.ok + pressure.other) continue;
    for (const life of lives) {
      const count = unfinished(history, life, pressure.t);
      if (count > 0) return { pressure, life, count };
    }
  }
  return null;
}

function unfinished(history: History, { pid }: Life, until: number): number {
  return of(history, 'begun')
    .filter((event) => event.pid === pid && event.t <= until)
    .reduce((sum, event) => sum + event.count - event.finished, 0);
}

function causeOfAnswer({ status, body }: RequestEvent): string {
  if (status === 404) return 'the path has no handler';
  if (status !== 200) return `the status is ${status} instead of 200`;
  if (body !== null && /^Hello from worker \d+$/.test(body)) return 'the line end is missing: it ends with \\n';
  return 'the body is of another shape: the words, one space, the pid of the answering process, a line end, and nothing else';
}

function quoted(body: string | null): string {
  if (body === null || body === '') return 'an empty body';
  return JSON.stringify(body.length > 60 ? `${body.slice(0, 60)}…` : body);
}
