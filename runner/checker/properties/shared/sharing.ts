// Two programs on the same store share what is in it: clause 9.5.
import { of, type History } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { plural } from '../../words.ts';
import { judgeLimit } from './limit.ts';
import { asked, isGood, isPost } from './shared.ts';
import { asBroken } from './survival.ts';
import { judgeVisits } from './visits.ts';

const EXPECTED =
  'two programs on the same store share its numbers: nothing of them is kept in a process or sent by IPC';
const CAUSE =
  'the number is kept in a process (the primary, or each worker) and only written to the store: ask the store each time';

/** 9.5: a second program on the same store goes on where the first one is, and the other way round. */
export function sharesWithASecondProgram(history: History): Opinion {
  const all = asked(history);
  for (const opinion of [judgeVisits(history, all), judgeLimit(history, all)]) {
    if (opinion.status === 'broken') return broken({ ...asBroken(opinion), expected: EXPECTED, cause: CAUSE });
    if (opinion.status !== 'holds') return opinion;
  }
  const since = of(history, 'twin').find(({ state }) => state === 'listening')?.t;
  const posts = all.filter(
    (request) => since !== undefined && request.t >= since && isPost(request) && isGood(request),
  );
  const twins = posts.filter(({ twins: isTwins }) => isTwins).length;
  if (twins === 0 || twins === posts.length) return unknown('no visits were counted by two programs');
  return holds(posts.length, `${plural(posts.length, 'visit')} in turns at two programs, no number twice`);
}
