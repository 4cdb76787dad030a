// Properties and histories in, findings and a verdict out. Pure: the same history is judged the same everywhere.
import type { History } from '#history';
import { indexesOf } from './evidence.ts';
import { unknown, type Finding, type Opinion, type Property, type Verdict } from './finding.ts';

/** One finding for each property, in their order. A property whose scenarios were not all run is inconclusive. */
export function judgeAll(properties: readonly Property[], histories: readonly History[]): Finding[] {
  const findings = new Map<string, Finding>();
  for (const property of properties) findings.set(property.id, judgeOne(property, histories));
  return properties.map((property) => {
    const finding = findings.get(property.id) as Finding;
    const needed = property.needs?.map((id) => findings.get(id)).find((each) => each?.status === 'broken');
    // what the workbook failed to judge stays told: it is nothing of the program's
    if (needed === undefined || finding.status === 'holds' || finding.crashed) return finding;
    return {
      ...finding,
      status: 'inconclusive',
      judged: 0,
      summary: `not judged: needs “${needed.says}”`,
      expected: null,
      observed: null,
      cause: null,
      evidence: [],
    };
  });
}

/** The properties whose scenarios are all among `played`, and those of the clauses that they need. */
export function judgeable(properties: readonly Property[], played: readonly string[]): Property[] {
  const isPlayed = (property: Property): boolean => property.on.every((name) => played.includes(name));
  const waits = new Set(properties.filter((property) => !isPlayed(property)).map((property) => property.id));
  return properties.filter((property) => isPlayed(property) && !property.needs?.some((id) => waits.has(id)));
}

/** What a part of the scenarios can say: each property on those of its own that are among `played`. */
export function judgedOn(properties: readonly Property[], played: readonly string[]): Property[] {
  return properties
    .map((property) => ({ ...property, on: property.on.filter((name) => played.includes(name)) }))
    .filter(({ on }) => on.length > 0);
}

function judgeOne(property: Property, histories: readonly History[]): Finding {
  const all = property.on.map((scenario) => {
    const history = histories.find((each) => each.scenario === scenario);
    return history === undefined
      ? { scenario, opinion: missing(scenario), evidence: [], crashed: false, unavailable: false }
      : { scenario, unavailable: isUnavailable(history), ...safely(property, history) };
  });
  const could = all.filter(({ unavailable }) => !unavailable);
  const opinions = could.length > 0 ? could : all;
  const deciding =
    opinions.find(({ opinion }) => opinion.status === 'broken') ??
    opinions.find(({ opinion }) => opinion.status === 'inconclusive') ??
    opinions[0];
  if (deciding === undefined) throw new Error(`property ${property.id} is judged on no scenario`);
  const { opinion, scenario, evidence } = deciding;
  const judged = opinions.reduce((sum, each) => sum + each.opinion.judged, 0);
  return {
    id: property.id,
    says: property.says,
    // nothing judged never holds, whatever the property says
    status:
      opinion.status === 'holds' && opinions.some((each) => each.opinion.judged === 0)
        ? 'inconclusive'
        : opinion.status,
    judged,
    summary:
      opinion.status === 'holds'
        ? [...new Set(opinions.map((each) => each.opinion.summary))].join('; ')
        : opinion.summary,
    expected: opinion.expected ?? null,
    observed: opinion.observed ?? null,
    cause: opinion.cause ?? null,
    read: property.readMore?.[opinion.about ?? ''] ?? property.read,
    scenario,
    evidence,
    ...(opinions.some(({ crashed }) => crashed) ? { crashed: true } : {}),
    ...(could.length === 0 ? { unavailable: true } : {}),
  };
}

function isUnavailable(history: History): boolean {
  return history.events.some((event) => event.kind === 'unavailable');
}

interface Judgement {
  readonly opinion: Opinion;
  /** Indexes of the events that show it. */
  readonly evidence: readonly number[];
  readonly crashed: boolean;
}

/** A property that throws says nothing about the program (Jepsen: a crashed checker is unknown, never valid). */
function safely(property: Property, history: History): Judgement {
  const undecided = (why: string, crashed = false): Judgement => ({ opinion: unknown(why), evidence: [], crashed });
  const trouble = history.events.find((event) => event.kind === 'trouble');
  if (trouble?.kind === 'trouble') return undecided(trouble.what);
  const absent = history.events.find((event) => event.kind === 'unavailable');
  if (absent?.kind === 'unavailable') return undecided(`not judged: ${absent.what} (${absent.next})`);
  if (!history.events.some((event) => event.kind === 'start')) return undecided('the program was never started');
  try {
    const opinion = property.judge(history);
    return { opinion, evidence: indexesOf(history, opinion.evidence ?? []), crashed: false };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return undecided(`the workbook failed to judge it: ${why}`, true);
  }
}

function missing(scenario: string): Opinion {
  return unknown(`not judged: the run “${scenario}” is missing`);
}

/** What all findings say together. Where the workbook itself failed, that comes first: it must not blame the learner. */
export function verdictOf(findings: readonly Finding[], histories: readonly History[]): Verdict {
  const failed = histories.some(({ events }) =>
    events.some((event) => event.kind === 'trouble' || (event.kind === 'cleaned' && event.pids.length > 0)),
  );
  if (failed || findings.some((finding) => finding.crashed)) return 'fault';
  if (findings.some((finding) => finding.status === 'broken')) return 'failed';
  const could = findings.filter((finding) => !finding.unavailable);
  if (could.length === 0 || could.some((finding) => finding.status !== 'holds')) return 'inconclusive';
  return 'passed';
}
