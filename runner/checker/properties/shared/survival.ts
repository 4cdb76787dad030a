// What survives: kills of workers, and a stop and start of the whole program: clause 9.3.
import { of, type History } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { faultsOf } from '../../moments.ts';
import { plural } from '../../words.ts';
import { judgeLimit } from './limit.ts';
import { asked, isGood, isPost, isTold } from './shared.ts';
import { judgeVisits, numberOf } from './visits.ts';

const EXPECTED = 'what was answered survives the kill of any worker, and a stop and start of the whole program';
const CAUSE = 'it was in a process, and went with it: what is to last is in the store before it is answered';

/** 9.3: after kills and a new start the numbers go on, and windows are where they were. */
export function remembers(history: History): Opinion {
  const all = asked(history);
  const after = all.filter(({ twins }) => twins);
  const ended = of(history, 'ended')[0];
  const kills = faultsOf(history, 'SIGKILL').filter(({ landed, worker }) => landed && worker !== null).length;
  const visits = judgeVisits(history, all);
  if (visits.status === 'broken') return broken({ ...asBroken(visits), expected: EXPECTED, cause: CAUSE });
  const limit = judgeLimit(history, all);
  if (limit.status === 'broken') return broken({ ...asBroken(limit), expected: EXPECTED, cause: CAUSE });
  if (kills === 0 || ended === undefined || !of(history, 'twin').some(({ state }) => state === 'listening'))
    return unknown('the program was not killed, stopped and started again');
  const counted = after.filter((request) => isPost(request) && isGood(request)).length;
  const told = after.find((request) => isTold(request) && isGood(request));
  if (counted === 0 || told === undefined) return unknown('nothing was asked after the new start');
  if (visits.status !== 'holds') return visits;
  if (limit.status !== 'holds') return limit;
  return holds(
    visits.judged + limit.judged,
    `${plural(kills, 'worker')} killed, then a stop and a start: it went on from ${numberOf(told)}`,
  );
}

/** What is told of it, under another clause. */
export function asBroken({ judged, observed = '', evidence = [] }: Opinion) {
  return { judged, observed, evidence };
}
