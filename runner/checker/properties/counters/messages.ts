// Whether the numbers travel as messages and in no other way: clause 3.2.
import { of, type History } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { faultsOf } from '../../moments.ts';
import { answeredAt } from '../../requests.ts';
import { sceneOf } from '../../scene.ts';
import { plural } from '../../words.ts';
import { readings } from './stats.ts';

/** 3.2: while a worker's messages are held back, nobody can know what it answered, nor it what others did. */
export function numbersTravelAsMessages(history: History): Opinion {
  const scene = sceneOf(history);
  const expected =
    'workers report by process.send, the primary tells the total by worker.send, and nothing else carries the numbers';
  const holdings = faultsOf(history, 'hold-up', 'hold-down');
  if (holdings.length < 2 || holdings.some((fault) => !fault.landed))
    return unknown('the messages of a worker could not be held back');
  const all = readings(scene);
  if (all.length === 0) return unknown('no worker told a total');
  if (!of(history, 'sent').some((event) => event.direction === 'up')) {
    return broken({
      judged: 1,
      expected,
      observed: 'no worker sent a message to the primary, and the totals are right',
      cause: 'something else than IPC carries the numbers',
      evidence: all.map(({ request }) => request),
    });
  }
  const reporter = faultsOf(history, 'hold-up')[0]?.pid;
  const deaf = faultsOf(history, 'hold-down')[0]?.pid;
  const from = Math.max(...holdings.map((fault) => fault.t));
  const to = faultsOf(history, 'release')[0]?.t ?? Infinity;
  const greetings = answeredAt(scene.requests, '/');
  /** Its own answers, what was answered before, and of others what their reports and its news get through with. */
  const known = (pid: number, until: number): number =>
    greetings.filter(({ t, pid: by }) => t < from || (t < until && (by === pid || (by !== reporter && pid !== deaf))))
      .length;
  const read = all.filter(({ pid, request }) => request.t >= from && request.end <= to && pid !== reporter);
  const knowing = read.find(({ pid, total, request }) => total > known(pid, request.end));
  if (knowing !== undefined) {
    const { pid, total, request } = knowing;
    return broken({
      judged: read.length,
      expected,
      observed: `the messages ${pid === deaf ? 'to' : 'from'} pid ${pid === deaf ? deaf : reporter} were held back, and pid ${pid} said total ${total}, of which it could know ${known(pid, request.end)} by messages`,
      cause: 'a file, a socket or a store carries the numbers beside the messages',
      evidence: [...holdings, request],
    });
  }
  if (read.length > 0)
    return holds(
      read.length,
      `${plural(read.length, 'reading')} while messages were held back: nothing else carries the numbers`,
    );
  // a program whose workers ask for the total when they are asked cannot answer meanwhile, which shows the same
  const waited = scene.requests.filter(({ path, t, end }) => path === '/stats' && t > from && t < to && end >= to);
  return waited.length > 0
    ? holds(waited.length, 'without its messages the program has no total to tell')
    : unknown('no numbers could be read while the messages were held back');
}
