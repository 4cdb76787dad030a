import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '#checker';
import { addToJournal, findLessons, type Happening, type Lesson, lessonAt, readProgress } from '#workbook';
import { makePlayground } from './playground.ts';

const verdict = (told: Verdict, hash = 'a', broken: string[] = []): Happening => ({
  kind: 'verdict',
  verdict: told,
  hash,
  broken,
});

/** Adds entries a second apart, so that their order does not depend on how quick the machine is. */
async function add(lesson: Lesson, ...happenings: Happening[]): Promise<void> {
  for (const [index, happening] of happenings.entries()) {
    expect(await addToJournal(lesson, happening, new Date(Date.UTC(2026, 0, 5, lesson.number, 0, index)))).toBeNull();
  }
}

async function of(lesson: Lesson) {
  const { lessons, troubles } = await readProgress([lesson]);
  return { ...lessons[0]!, troubles };
}

function lessonsHere(): [Lesson, Lesson, Lesson] {
  const [one, two, three] = findLessons(makePlayground());
  return [one!, two!, three!];
}

const journal = (lesson: Lesson) => join(lesson.root, '.workbook/progress', `${lesson.id}.jsonl`);

describe('progress is told from verdicts', () => {
  test('nothing happened yet', async () => {
    const [lesson] = lessonsHere();
    expect(await of(lesson)).toMatchObject({
      attempts: 0,
      last: null,
      passed: null,
      hints: 0,
      workedOn: null,
      troubles: [],
    });
  });

  test('attempts, the last verdict, what was broken, and hints', async () => {
    const [lesson] = lessonsHere();
    await add(lesson, verdict('failed', 'a', ['1.1', '1.3']), { kind: 'hint', n: 2 }, verdict('inconclusive', 'b'));
    expect(await of(lesson)).toMatchObject({
      attempts: 2,
      last: { verdict: 'inconclusive', broken: [] },
      passed: null,
      hints: 2,
      workedOn: '2026-01-05T01:00:02.000Z',
    });
  });

  test('a passed lesson opens again when its file is changed and fails, and only then', async () => {
    const [lesson] = lessonsHere();
    await add(lesson, verdict('passed', 'good'));
    expect(await of(lesson)).toMatchObject({ passed: { hash: 'good' }, reopened: false });
    await add(
      lesson,
      verdict('passed', 'good'),
      verdict('failed', 'good'),
      verdict('inconclusive', 'other'),
      verdict('fault', 'other'),
    );
    expect(await of(lesson)).toMatchObject({ passed: { hash: 'good' }, reopened: false, attempts: 5 });
  });

  test('once open again, it is so until it passes', async () => {
    const [lesson] = lessonsHere();
    await add(lesson, verdict('passed', 'good'), verdict('failed', 'worse', ['1.2']));
    expect(await of(lesson)).toMatchObject({ passed: null, reopened: true });
    await add(lesson, verdict('passed', 'good'), verdict('failed', 'worse'), verdict('passed', 'better'));
    expect(await of(lesson)).toMatchObject({ passed: { hash: 'better' }, reopened: false });
  });
});

describe('the lesson that the learner is at', () => {
  test('is the first at first, then the one worked on, and after a pass the first that is open', async () => {
    const lessons = lessonsHere();
    const at = async () => lessonAt(await readProgress(lessons))?.number;
    expect(await at()).toBe(1);
    await add(lessons[2], { kind: 'opened' });
    expect(await at()).toBe(3);
    await add(lessons[2], { kind: 'opened' }, verdict('passed'));
    expect(await at()).toBe(1);
    await add(lessons[0], verdict('passed'));
    await add(lessons[1], verdict('passed'));
    expect(await at()).toBe(3);
  });
});

describe('a journal survives', () => {
  test('many writers at once: every entry is there', async () => {
    const [lesson] = lessonsHere();
    const all = Array.from({ length: 50 }, (_, index) => addToJournal(lesson, verdict('failed', String(index))));
    expect(await Promise.all(all)).toEqual(Array(50).fill(null));
    expect((await of(lesson)).attempts).toBe(50);
  });

  test('a crash within a line: nothing else is lost, before it or after it', async () => {
    const [lesson] = lessonsHere();
    await add(lesson, verdict('passed', 'good'));
    const whole = readFileSync(journal(lesson), 'utf8');
    for (let length = 1; length < whole.length; length++) {
      writeFileSync(journal(lesson), whole + whole.slice(0, length));
      expect(await of(lesson)).toMatchObject({
        attempts: length === whole.length - 1 ? 2 : 1,
        passed: { hash: 'good' },
        troubles: [],
      });
    }
    writeFileSync(journal(lesson), whole + whole.slice(0, 20));
    await add(lesson, verdict('failed', 'good'));
    const after = await of(lesson);
    expect(after).toMatchObject({ attempts: 2, passed: { hash: 'good' } });
    expect(after.troubles[0]).toContain('1 of 3 lines');
  });

  test('damage: the file is set aside, what is legible goes on, and it is told once', async () => {
    const [lesson] = lessonsHere();
    await add(lesson, verdict('passed', 'good'));
    const damaged = `\u0000\u0000garbage\n{"schema":1}\n${readFileSync(journal(lesson), 'utf8')}`;
    writeFileSync(journal(lesson), damaged);
    const first = await of(lesson);
    expect(first).toMatchObject({ attempts: 1, passed: { hash: 'good' } });
    expect(first.troubles[0]).toContain('2 of 3 lines');
    const aside = readdirSync(dirname(journal(lesson))).filter((name) => name.includes('damaged'));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(dirname(journal(lesson)), aside[0]!), 'utf8')).toBe(damaged);
    expect(await of(lesson)).toMatchObject({ attempts: 1, troubles: [] });
  });

  test('a newer workbook: its entries are kept, and not misread', async () => {
    const [lesson] = lessonsHere();
    await add(lesson, verdict('failed'));
    const newer = `${JSON.stringify({ schema: 2, at: '2027-01-01T00:00:00Z', kind: 'verdict', verdict: 'splendid' })}\n`;
    writeFileSync(journal(lesson), newer, { flag: 'a' });
    expect(await of(lesson)).toMatchObject({ attempts: 1, troubles: [] });
    expect(readFileSync(journal(lesson), 'utf8')).toContain(newer);
  });

  test('what cannot be written or read is told, and is no exception', async () => {
    const [lesson, second] = lessonsHere();
    mkdirSync(journal(lesson), { recursive: true });
    expect(await addToJournal(lesson, verdict('passed'))).toMatch(/could not be saved: EISDIR/);
    expect((await of(lesson)).troubles[0]).toMatch(/cannot be read: EISDIR/);
    writeFileSync(journal(second), '');
    chmodSync(journal(second), 0o000);
    // The superuser may write everywhere.
    if (process.getuid?.() !== 0) expect(await addToJournal(second, verdict('passed'))).toMatch(/EACCES/);
  });

  test('a file in the place of .workbook', async () => {
    const [lesson] = lessonsHere();
    writeFileSync(join(lesson.root, '.workbook'), 'what');
    expect(await addToJournal(lesson, verdict('passed'))).toMatch(/could not be saved/);
    expect((await of(lesson)).troubles[0]).toMatch(/cannot be read: ENOTDIR/);
  });
});
