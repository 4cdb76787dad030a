// What a check must say of a program, and whether it said that. Pure.
import type { JsonResult } from '#report';

export type Must =
  | { readonly verdict: 'passed' }
  /** All of `breaks` must be broken, and nothing may be that is in neither list. */
  | { readonly verdict: 'failed'; readonly breaks: readonly string[]; readonly mayBreak: readonly string[] }
  /** The first broken clause in the order of the findings. */
  | { readonly verdict: 'failed'; readonly first: string };

export type Outcome =
  | { readonly kind: 'as it must' }
  /** Something was said that is not so. */
  | { readonly kind: 'wrong'; readonly why: string }
  /** It could not be told; a reason for each clause that decided it. */
  | { readonly kind: 'inconclusive'; readonly reasons: readonly string[] }
  /** The workbook itself failed. */
  | { readonly kind: 'fault'; readonly why: string };

/** The part of a result that decides. */
export type Said = Pick<JsonResult, 'verdict' | 'findings' | 'error'>;

export function compare(must: Must, said: Said): Outcome {
  const { verdict, error } = said;
  if (error !== null) return { kind: 'fault', why: `${error.what}: ${error.why}` };
  if (said.findings.length === 0) return { kind: 'fault', why: `${verdict}, without one finding` };
  if (verdict === 'fault') return { kind: 'fault', why: reasonsOf(said).join('; ') || 'the verdict is fault' };
  if (must.verdict === 'passed') return comparePassed(said);
  return 'first' in must ? compareFirst(must.first, said) : compareBroken(must, said);
}

function comparePassed(said: Said): Outcome {
  switch (said.verdict) {
    case 'passed':
      // as the verdict itself says; a check that forgets it must be noticed
      return said.findings.every(({ status, judged, unavailable }) => unavailable || (status === 'holds' && judged > 0))
        ? { kind: 'as it must' }
        : { kind: 'wrong', why: `passed, although not all holds: ${reasonsOf(said).join('; ')}` };
    case 'failed':
      return { kind: 'wrong', why: `right, and failed: ${brokenOf(said).map(told).join('; ')}` };
    default:
      return { kind: 'inconclusive', reasons: reasonsOf(said) };
  }
}

function compareBroken(
  { breaks, mayBreak }: { readonly breaks: readonly string[]; readonly mayBreak: readonly string[] },
  said: Said,
): Outcome {
  if (said.verdict === 'passed') return { kind: 'wrong', why: 'wrong, and passed' };
  const beyond = brokenOf(said).filter(({ id }) => !breaks.includes(id) && !mayBreak.includes(id));
  if (beyond.length > 0) return { kind: 'wrong', why: `broken, and must not be: ${beyond.map(told).join('; ')}` };
  const missed = breaks.filter((id) => !brokenOf(said).some((finding) => finding.id === id));
  const findings = said.findings.filter(({ id }) => missed.includes(id));
  const unjudged = missed.filter((id) => !findings.some((finding) => finding.id === id));
  if (unjudged.length > 0) return { kind: 'wrong', why: `no finding of ${unjudged.join(' and ')}` };
  const held = findings.filter(({ status }) => status === 'holds');
  if (held.length > 0) return { kind: 'wrong', why: `holds, and must be broken: ${held.map(told).join('; ')}` };
  if (missed.length > 0) return { kind: 'inconclusive', reasons: findings.map(told) };
  return { kind: 'as it must' };
}

function compareFirst(first: string, said: Said): Outcome {
  if (said.verdict === 'passed') return { kind: 'wrong', why: 'a starter, and passed' };
  const found = brokenOf(said)[0];
  if (found === undefined) return { kind: 'inconclusive', reasons: reasonsOf(said) };
  if (found.id === first) return { kind: 'as it must' };
  // what is broken after it is not the first, where it is not known whether this one is
  if (said.findings.some(({ id, status }) => id === first && status === 'inconclusive'))
    return { kind: 'inconclusive', reasons: reasonsOf(said) };
  return { kind: 'wrong', why: `first broken must be ${first}, and is ${told(found)}` };
}

type Finding = Said['findings'][number];

function brokenOf({ findings }: Said): readonly Finding[] {
  return findings.filter(({ status }) => status === 'broken');
}

/** What is inconclusive by itself, and not for want of another clause. */
function reasonsOf({ findings }: Said): readonly string[] {
  const open = findings.filter(({ status }) => status === 'inconclusive');
  const own = open.filter(({ summary }) => !summary.startsWith('not judged: needs'));
  return (own.length > 0 ? own : open).map(told);
}

function told({ id, summary, cause }: Finding): string {
  return `${id} ${summary}${cause ? ` (${cause})` : ''}`;
}
