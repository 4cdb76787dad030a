// What every lesson's checker must keep: it passes nothing that it did not see, judges each clause that the learner is
// told, and leads to headings that are there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgeAll, verdictOf, type Property } from '#checker';
import type { Scenario } from '#harness';
import { headings } from '#reader';
import { findLessons, workbookRoot, type Lesson } from '#workbook';
import { ending, historyOf, primaryDied, start } from './history.ts';

interface Check {
  readonly scenarios: readonly Scenario[];
  readonly properties: readonly Property[];
}

const lessons = await Promise.all(
  findLessons().map(async (lesson) => {
    const check = (await import(lesson.check)) as Check;
    return [lesson.slug, { lesson, data: await lesson.load(), ...check }] as const;
  }),
);

test('there are lessons', () => {
  expect(lessons.length).toBeGreaterThanOrEqual(4);
});

describe.each(lessons)('lesson %s', (_slug, { lesson, data, scenarios, properties }) => {
  const clauses = data.clauses.map((clause) => clause.id);

  const nothing = {
    'without any event': [],
    'with a start alone': [start(3)],
    'of a program that ended at once': [start(3), primaryDied(40, 0)],
    'of a program that did nothing until it was stopped': [start(3), ...ending(5000)],
  };

  test.each(Object.entries(nothing))('a history %s holds nothing', (_what, events) => {
    const histories = scenarios.map(({ name }) => historyOf(events, name));
    const findings = judgeAll(properties, histories);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ status }) => status === 'holds')).toEqual([]);
    expect(['failed', 'inconclusive']).toContain(verdictOf(findings, histories));
  });

  test('a run that did not take place holds nothing', () => {
    expect(judgeAll(properties, []).map(({ status }) => status)).toEqual(properties.map(() => 'inconclusive'));
  });

  test('each clause that the learner is told is judged, once, and nothing else', () => {
    const ids = properties.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(ids)).toEqual(new Set(clauses.filter((id) => id !== '0.5')));
  });

  test('each property is judged on scenarios that are played, and needs clauses that are judged', () => {
    const played = scenarios.map(({ name }) => name);
    expect(new Set(played).size).toBe(played.length);
    for (const { id, on, needs = [] } of properties) {
      expect(on.length, id).toBeGreaterThan(0);
      expect(played, id).toEqual(expect.arrayContaining([...on]));
      expect(clauses, id).toEqual(expect.arrayContaining([...needs]));
      expect(needs, id).not.toContain(id);
    }
  });

  test('each finding leads to a heading that is there', async () => {
    const links = properties.flatMap(({ read, readMore = {} }) => [read, ...Object.values(readMore)]);
    expect(links.length).toBeGreaterThanOrEqual(properties.length);
    const missing = await Promise.all(links.map(async (link) => ((await leads(link)) ? [] : [link])));
    expect(missing.flat()).toEqual([]);
  });

  // what is shipped, not what a learner has made of it since
  test.runIf(process.env.CI)('the exercise is the starter until a learner changes it', () => {
    expect(readFileSync(lesson.exercise, 'utf8')).toBe(readFileSync(lesson.starter, 'utf8'));
  });

  test('it is told in full', () => {
    expect(filesOf(lesson).filter((file) => !existsSync(file))).toEqual([]);
    const { title, summary, task, aims, hints } = data;
    const texts = [title, summary, task, ...aims, ...hints, ...data.clauses.map(({ text }) => text)];
    expect(texts.filter((text) => text.trim() === '')).toEqual([]);
    expect(aims.length).toBeGreaterThan(0);
    expect(new Set(hints).size).toBe(3);
    expect(new Set(clauses).size).toBe(clauses.length);
    expect(properties.map(({ says }) => says.trim())).not.toContain('');
  });
});

function filesOf({ exercise, starter, solution, chapter, check }: Lesson): string[] {
  return [exercise, starter, solution, chapter, check];
}

async function leads(link: string): Promise<boolean> {
  const [file = '', anchor = ''] = link.split('#');
  const path = join(workbookRoot, file);
  if (anchor === '' || !existsSync(path)) return false;
  return (await headings(readFileSync(path, 'utf8'))).some((heading) => heading.anchor === anchor);
}
