// The same on another store: clause 9.6.
import type { History } from '#history';
import { broken, holds, type Opinion } from '../../finding.ts';
import { plural } from '../../words.ts';
import { limitsEachKey } from './limit.ts';
import { endures } from './outage.ts';
import { countsEachVisitOnce } from './visits.ts';

/** 9.6: clauses 9.1, 9.2 and 9.4 on Redis. */
export function keepsItOnRedisToo(history: History): Opinion {
  let judged = 0;
  for (const judge of [countsEachVisitOnce, limitsEachKey, endures]) {
    const opinion = judge(history);
    judged += opinion.judged;
    if (opinion.status === 'broken')
      return broken({
        ...opinion,
        observed: `on Redis: ${opinion.observed ?? ''}`,
        expected: opinion.expected ?? '',
        cause: opinion.cause ?? '',
        evidence: opinion.evidence ?? [],
      });
    if (opinion.status !== 'holds') return opinion;
  }
  return holds(judged, `${plural(judged, 'request')} judged as with SQLite`);
}
