// What messages of another program do to it: clause 3.5.
import { of, type History } from '#history';
import { deathOf, errorOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion, type Witness } from '../../finding.ts';
import { conclusive, faultsOf, firstKill, stopOf, waitOf } from '../../moments.ts';
import { answeredAt } from '../../requests.ts';
import { sceneOf } from '../../scene.ts';
import { endOf, listed, named, plural } from '../../words.ts';
import { AGREE, answeredBy, settledIn, statsOf } from './stats.ts';

/** 3.5: messages that the program does not know change nothing and kill nothing, in either direction. */
export function ignoresStrangers(history: History): Opinion {
  const scene = sceneOf(history);
  const junk = faultsOf(history, 'junk-up', 'junk-down');
  const [first] = junk;
  if (first === undefined) return unknown('no strange message was sent');
  const changes = (observed: string, cause: string, evidence: readonly Witness[]): Opinion =>
    broken({
      judged: junk.length,
      expected:
        "messages of another program (null, true, '', [], {}, its objects and strings) change nothing and kill nothing, in either direction",
      observed,
      cause,
      evidence: [...junk, ...evidence],
    });
  const death = deathOf(scene);
  if (death !== null) return changes(`after a strange message ${death.observed}`, death.cause, death.evidence);
  // the message was written before its delivery was told: whatever ended since the wait before it is judged
  const from = of(history, 'wait').findLast((wait) => wait.t <= first.t)?.t ?? first.t;
  // later a worker is killed by the checker
  const until = Math.min(firstKill(history), stopOf(history));
  const dead = scene.lives.find(({ exited }) => exited !== null && exited > from && exited < until);
  if (dead !== undefined)
    return changes(
      `after a strange message ${named(dead)} ended with ${endOf(dead)}`,
      errorOf(scene, dead.pid) ?? 'the worker acts on a message that is not its own',
      [dead],
    );
  if (junk.some((fault) => !fault.landed)) return unknown('not every strange message was delivered', junk.length);
  if (waitOf(history, AGREE.released)?.met === false) return unknown('the totals were wrong before');
  const wait = waitOf(history, AGREE.strangers);
  if (wait === undefined) return unknown('the program was not asked afterwards');
  const odd = answeredAt(scene.requests, '/stats').find(
    (request) => request.t > first.t && statsOf(request) === undefined,
  );
  if (odd !== undefined)
    return changes(
      `afterwards GET /stats answered ${odd.status} and ${odd.body}`,
      'a strange message was taken for numbers',
      [odd],
    );
  if (wait.met)
    return holds(junk.length * 2, `strange messages ${plural(junk.length, 'time')}, up and down: nothing changed`);
  if (!conclusive(wait)) return tooBusy('whether the totals stay right', junk.length);
  const settled = settledIn(scene, wait);
  const says = settled.map(({ pid, total }) => `pid ${pid} said total ${total}`);
  return changes(
    `afterwards ${listed(says, 4)} instead of ${answeredBy(scene, wait.t)}`,
    'a message is to be looked at before it is believed: its type, its tag, and whether its number is one',
    settled.map(({ request }) => request),
  );
}
