// A lesson's specimens: enough of them, each with a header that fits its folder, and what wrong ones are told recorded.
import { readHeader, stemOf } from '../end-to-end/specimens.ts';
import type { Complaint } from './complaint.ts';
import type { LessonSurvey, SpecimenFile } from './survey.ts';

/** As different as people are, and the mistakes that people make. */
export const AT_LEAST = { right: 10, wrong: 18 } as const;
/** Right ones that every run of the tests judges. */
export const RIGHT_IN_EVERY_RUN = 1;

const HEADER = 'CONTRIBUTING.md, “Specimens”, shows a header';

export function wrongSpecimens({ lesson, data, specimens, transcripts }: LessonSurvey): readonly Complaint[] {
  const clauses = data.kind === 'loaded' && Array.isArray(data.value.clauses) ? data.value.clauses : null;
  const judged = clauses?.filter(({ free }) => !free).map(({ id }) => id) ?? null;
  const stems = specimens.map(({ path }) => stemOf(path));
  return [
    ...(['right', 'wrong'] as const).flatMap((kind) => tooFew(lesson, kind, specimens)),
    ...specimens.flatMap((specimen) => wrongHeader(specimen, judged)),
    ...tooFewInEveryRun(lesson, specimens),
    ...specimens
      .filter((_, index) => stems.indexOf(stems[index] ?? '') !== index)
      .map(({ path }) => ({
        what: `${path}: another specimen of this lesson has that name`,
        why: 'A specimen is told apart by its name without what follows the dot.',
        next: 'rename one of them',
      })),
    ...specimens
      .filter(({ kind, path }) => kind === 'wrong' && !transcripts.includes(stemOf(path)))
      .map(({ path }) => ({
        what: `${path} has no transcript`,
        why: 'What a wrong program is told is recorded, so that a change of wording shows in review.',
        next: `npm run specimens -- --lesson ${lesson.number} --only ${stemOf(path)} --record`,
      })),
  ];
}

function tooFew(
  { number, slug }: LessonSurvey['lesson'],
  kind: 'right' | 'wrong',
  specimens: readonly SpecimenFile[],
): readonly Complaint[] {
  const count = specimens.filter((specimen) => specimen.kind === kind).length;
  if (count >= AT_LEAST[kind]) return [];
  return [
    {
      what: `lesson ${number} has ${count} ${kind} specimens, and needs ${AT_LEAST[kind]}`,
      why:
        kind === 'right'
          ? 'A checker must pass every program that keeps the contract, however it is written.'
          : 'A checker must catch what tutorials teach, and what somebody writes to fool it.',
      next: `add programs to test/specimens/${slug}/${kind}`,
    },
  ];
}

function tooFewInEveryRun(
  { number, slug }: LessonSurvey['lesson'],
  specimens: readonly SpecimenFile[],
): readonly Complaint[] {
  const headers = specimens.map(({ kind, text }) => ({ ...readHeader(text), kind }));
  const chosen = headers.filter(({ inEveryRun }) => inEveryRun !== null);
  const right = chosen.filter(({ kind }) => kind === 'right').length;
  const brokenBy = (some: typeof headers): string[] =>
    some.filter(({ kind }) => kind === 'wrong').flatMap(({ breaks }) => breaks);
  const next = (kind: string): string =>
    `write \`// in every run:\` and why into a specimen of test/specimens/${slug}/${kind}`;
  const why = '`npm test` has no time for all specimens: it judges those that say so.';
  return [
    ...(right >= RIGHT_IN_EVERY_RUN
      ? []
      : [
          {
            what: `lesson ${number} has ${right} right specimens that every run judges, and needs ${RIGHT_IN_EVERY_RUN}`,
            why,
            next: next('right'),
          },
        ]),
    // those of earlier lessons are judged by the same properties, and proven there
    ...[...new Set(brokenBy(headers))]
      .filter((id) => id.startsWith(`${number}.`) && !brokenBy(chosen).includes(id))
      .map((id) => ({
        what: `lesson ${number}: no specimen that every run judges breaks ${id}`,
        why,
        next: next('wrong'),
      })),
  ];
}

function wrongHeader({ path, kind, text }: SpecimenFile, judged: readonly string[] | null): readonly Complaint[] {
  const header = readHeader(text);
  const complain = (what: string, why: string): Complaint => ({ what: `${path} ${what}`, why, next: HEADER });
  const named = [...header.breaks, ...header.mayBreak];
  const unknown = named.filter((id) => judged !== null && !judged.includes(id));
  const twice = named.filter((id, index) => named.indexOf(id) !== index);
  return [
    ...(header.kind === kind
      ? []
      : [complain(`does not begin with \`// specimen: ${kind}\``, 'It says what it is, as its folder does.')]),
    ...(header.about === '' ? [complain('does not say what it is', 'A sentence tells who writes such a thing.')] : []),
    ...(kind === 'wrong' && header.breaks.length === 0
      ? [complain('does not say what it breaks', 'A wrong program that is caught for another reason is not caught.')]
      : []),
    ...(kind === 'right' && named.length > 0
      ? [complain('is right, and says that it breaks something', 'A right program keeps all clauses.')]
      : []),
    ...unknown.map((id) => complain(`names ${id}`, 'The checker of this lesson judges no such clause.')),
    ...twice.map((id) => complain(`names ${id} twice`, 'What must break need not be allowed to.')),
  ];
}
