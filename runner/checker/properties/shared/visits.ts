// The visits: every number from 1 upwards exactly once, and none told that is too low: clause 9.1.
import type { History } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { firstFault } from '../../moments.ts';
import { sceneOf } from '../../scene.ts';
import { deathOf } from '../../death.ts';
import { grouped, listed, plural } from '../../words.ts';
import {
  asked,
  asker,
  grouped as byKey,
  isGood,
  isPost,
  isTold,
  quoted,
  unanswered,
  unexplained,
  type Asked,
} from './shared.ts';

const EXPECTED = 'POST /visits answers { "visits": n }: over all workers every n from 1 upwards exactly once';
const TOLD =
  'GET /visits answers { "visits": n } with the number of all visits, never less than was answered before it was asked';

/** 9.1: over all workers every number comes once. Judged until a second program is started. */
export function countsEachVisitOnce(history: History): Opinion {
  const twin = history.events.find(({ kind }) => kind === 'twin')?.t ?? Infinity;
  return judgeVisits(
    history,
    asked(history).filter(({ end }) => end < twin),
  );
}

/** Numbers of all these requests together, and what was told of them. */
export function judgeVisits(history: History, requests: readonly Asked[]): Opinion {
  const posts = requests.filter(isPost);
  const told = requests.filter(isTold);
  const shape = ofOneShape(history, posts, EXPECTED) ?? ofOneShape(history, told, TOLD);
  if (shape !== null) return shape;
  const counted = posts.filter(isGood);
  if (counted.length === 0) {
    const death = deathOf(sceneOf(history));
    return death === null
      ? unknown('no visit was counted')
      : broken({ judged: posts.length, expected: EXPECTED, ...death });
  }
  return (
    twice(counted) ??
    skipped(posts, counted) ??
    toldWrongly(posts, told.filter(isGood)) ??
    holds(
      counted.length + told.length,
      `${plural(counted.length, 'visit')} counted, ${highest(counted) === counted.length ? `1 to ${grouped(counted.length)}` : `up to ${grouped(highest(counted))}`} once each`,
    )
  );
}

export function numberOf({ body }: Asked): number | null {
  try {
    const { visits } = JSON.parse(body ?? '') as { visits?: unknown };
    return typeof visits === 'number' && Number.isInteger(visits) && visits >= 0 ? visits : null;
  } catch {
    return null;
  }
}

function ofOneShape(history: History, requests: readonly Asked[], expected: string): Opinion | null {
  return (
    unexplained(history, requests, expected, isGood) ??
    unanswered(requests, expected, firstFault(history)) ??
    malformed(requests.filter(isGood), expected)
  );
}

function malformed(good: readonly Asked[], expected: string): Opinion | null {
  const wrong = good.find((request) => numberOf(request) === null || (isPost(request) && numberOf(request) === 0));
  if (wrong === undefined) return null;
  return broken({
    judged: good.length,
    expected,
    observed: `${asker(wrong)} was answered ${quoted(wrong.body)}`,
    cause:
      'the body is to be a JSON object with `visits`, a whole number, and a POST gives the number of its own visit',
    evidence: [wrong.event],
  });
}

function twice(counted: readonly Asked[]): Opinion | null {
  const byNumber = byKey(counted, (request) => numberOf(request) ?? 0);
  const again = [...byNumber].filter(([, same]) => same.length > 1);
  const [first] = again;
  if (first === undefined) return null;
  const [number, same] = first;
  const alone = (one: Asked): boolean => !counted.some((other) => one !== other && meet(one, other));
  const isKept = again.some(([, each]) => each.filter(alone).length > 1);
  return broken({
    judged: counted.length,
    expected: EXPECTED,
    observed: `${plural(counted.length, 'visit')} got ${plural(byNumber.size, 'number')}: ${number}, for one, was answered more than once`,
    cause: isKept
      ? 'each worker counts for itself, or from a copy that is old: the number is to be in the store alone'
      : 'between the reading of the number and its writing another worker reads the same one: let the store add (store.add)',
    evidence: same.map(({ event }) => event),
  });
}

function meet(one: Asked, other: Asked): boolean {
  return one.t < other.end && other.t < one.end;
}

function skipped(posts: readonly Asked[], counted: readonly Asked[]): Opinion | null {
  const most = highest(counted);
  const numbers = new Set(counted.map(numberOf));
  const missing = Array.from({ length: most }, (_, index) => index + 1).filter((number) => !numbers.has(number));
  const unheard = posts.length - counted.length;
  if (missing.length <= unheard) return null;
  const top = counted.find((request) => numberOf(request) === most);
  return broken({
    judged: counted.length,
    expected: EXPECTED,
    observed: `${plural(missing.length, 'number')} up to ${grouped(most)} came never (${listed(missing.map(String))}), and ${unheard === 0 ? 'every visit was answered' : `only ${plural(unheard, 'visit')} got no number`}`,
    cause:
      'something else adds to the same key, a visit is counted more than once (a second try after a timeout), or workers take numbers in blocks',
    evidence: [top?.event],
  });
}

function toldWrongly(posts: readonly Asked[], told: readonly Asked[]): Opinion | null {
  for (const request of told) {
    const said = numberOf(request) ?? 0;
    const before = posts.filter((post) => isGood(post) && post.end <= request.t);
    const least = highest(before);
    const sent = posts.filter((post) => post.t < request.end).length;
    if (said >= least && said <= sent) continue;
    return broken({
      judged: told.length,
      expected: TOLD,
      observed:
        said < least
          ? `${asker(request)} was told ${said}, after a visit had been answered ${least}`
          : `${asker(request)} was told ${said}, when ${plural(sent, 'visit')} had been sent`,
      cause:
        said < least
          ? 'the number told is a copy in the process, or of another key'
          : 'something that is no visit is counted, or a visit more than once',
      evidence: [request.event, before.find((post) => numberOf(post) === least)?.event],
    });
  }
  return null;
}

function highest(counted: readonly Asked[]): number {
  return counted.reduce((most, request) => Math.max(most, numberOf(request) ?? 0), 0);
}
