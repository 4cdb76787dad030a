// Each clause that a learner is told: a property judges it, a finding leads to its place in the book, and specimens show
// that it is judged.
import { readHeader } from '../end-to-end/specimens.ts';
import type { Complaint } from './complaint.ts';
import { arrives, type LessonSurvey } from './survey.ts';

/** Where the data or the check cannot be loaded, that has been told, and there is nothing to compare. */
export async function wrongClauses(survey: LessonSurvey): Promise<readonly Complaint[]> {
  const { lesson, data, check, specimens } = survey;
  if (check.kind === 'failed') {
    const file = `lessons/${lesson.slug}/check.ts`;
    return [{ what: `${file} cannot be loaded`, why: check.why, next: `mend ${file}` }];
  }
  if (data.kind === 'failed' || !Array.isArray(data.value.clauses)) return [];
  const { properties } = check.value;
  const clauses = data.value.clauses;
  const where = `lesson ${lesson.number}`;
  const ids = properties.map(({ id }) => id);
  const broken = new Set(
    specimens.filter(({ kind }) => kind === 'wrong').flatMap(({ text }) => readHeader(text).breaks),
  );
  return [
    ...clauses
      .filter(({ id, free }) => !free && !ids.includes(id))
      .map(({ id }) => ({
        what: `${where}: no property judges clause ${id}`,
        why: 'What a learner is told to keep is judged, or a program that breaks it passes.',
        next: `add a property with the id ${id} to lessons/${lesson.slug}/check.ts, or \`free: true\` to the clause`,
      })),
    ...ids
      .filter((id) => !clauses.some((clause) => clause.id === id && !clause.free))
      .map((id) => ({
        what: `${where}: property ${id} judges what no clause asks for`,
        why: 'A checker judges nothing that the lesson’s text does not say.',
        next: `add clause ${id} to lessons/${lesson.slug}/lesson.ts, or take the property away`,
      })),
    ...ids
      .filter((id, index) => ids.indexOf(id) !== index)
      .map((id) => ({
        what: `${where}: two properties are called ${id}`,
        why: 'A clause has one finding.',
        next: `join them in lessons/${lesson.slug}/check.ts`,
      })),
    ...[...new Set(ids)]
      .filter((id) => !broken.has(id))
      .map((id) => ({
        what: `${where}: no wrong specimen breaks ${id}`,
        why: 'Without one nobody would notice if the property judged nothing any more.',
        next: `add a program with \`// breaks: ${id}\` to test/specimens/${lesson.slug}/wrong`,
      })),
    ...(await leadNowhere(survey, properties)),
  ];
}

async function leadNowhere(
  { lesson }: LessonSurvey,
  properties: readonly {
    readonly id: string;
    readonly read: string;
    readonly readMore?: Readonly<Record<string, string>>;
  }[],
): Promise<readonly Complaint[]> {
  const each = properties.map(async ({ id, read, readMore = {} }) => {
    const links = [read, ...Object.values(readMore)];
    const there = await Promise.all(links.map((link) => arrives(lesson.root, link)));
    return links
      .filter((_, index) => !there[index])
      .map((link) => ({
        what: `lesson ${lesson.number}: ${id} leads to ${link}, and there is no such heading`,
        why: 'A finding ends with the place in the book that explains it.',
        next: `write that heading, or mend \`read\` of ${id} in lessons/${lesson.slug}/check.ts`,
      }));
  });
  return (await Promise.all(each)).flat();
}
