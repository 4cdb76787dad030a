// The figures of the chapters: each is there in all its forms, and they say the same as the recording that is kept.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type History, HISTORY_SCHEMA, of } from '#history';
import { renderMarkdown } from '#reader';
import { findLessons, workbookRoot } from '#workbook';
import { figureOf, kindsOf, names } from '../../docs/figures/figures.ts';
import * as missingListener from '../../docs/figures/missing-listener.ts';
import { excerpt } from '../../docs/figures/recording.ts';
import * as roundRobin from '../../docs/figures/round-robin.ts';
import { svgOf } from '../../docs/figures/svg.ts';

const read = (path: string) => readFileSync(join(workbookRoot, 'docs', path), 'utf8');
const recordingsOf = (name: string) => JSON.parse(read(`figures/${name}.json`)) as History[];

const chapters = findLessons()
  .map(({ slug }) => ({ file: `${slug}.md`, text: read(`${slug}.md`) }))
  .map(({ file, text }) => ({
    file,
    text,
    shown: [...text.matchAll(/data-figure="([^"]+)"/g)].map(([, name]) => name),
  }));

test('each chapter shows a figure, and each figure is shown', () => {
  expect(chapters.length).toBeGreaterThanOrEqual(4);
  for (const { file, shown } of chapters) expect(shown, file).not.toEqual([]);
  expect(chapters.flatMap(({ shown }) => shown).toSorted()).toEqual(names.toSorted());
});

test('below each figure stands the command that records it again', () => {
  for (const { text, shown, file } of chapters)
    for (const name of shown) expect(text, file).toContain(`node --import tsx docs/figures/make.ts ${name}\n`);
});

describe.each(names)('%s', (name) => {
  const recordings = recordingsOf(name);
  const figure = figureOf(name, recordings);

  test('keeps recordings of a program that is there, of this schema, with nothing that it does not show', () => {
    expect(recordings.length).toBeGreaterThan(0);
    for (const recording of recordings) {
      expect(recording.schema, `record it again: node --import tsx docs/figures/make.ts ${name} --write`).toBe(
        HISTORY_SCHEMA,
      );
      expect(existsSync(join(workbookRoot, recording.file))).toBe(true);
      expect(recording).toEqual(excerpt(recording, kindsOf(name)));
      const times = recording.events.map(({ t }) => t);
      expect(times.length).toBeGreaterThan(5);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
    for (const kind of kindsOf(name))
      if (kind !== 'serving')
        expect(
          recordings.flatMap((recording) => of(recording, kind)),
          kind,
        ).not.toEqual([]);
  });

  test('is drawn from its recording: after a change of either, `make.ts --redraw`', () => {
    expect(read(`figures/${name}.svg`)).toBe(svgOf(figure));
    expect(read(`figures/${name}.txt`)).toBe(`${figure.characters.join('\n')}\n`);
  });

  test('says what it shows, and names every worker in it', () => {
    expect(figure.title.length).toBeGreaterThan(10);
    expect(figure.steps.length).toBeGreaterThanOrEqual(5);
    for (const { words, drawing } of figure.steps) {
      expect(figure.description).toContain(words);
      for (const text of [words, drawing]) expect(text).not.toMatch(NO_VALUE);
    }
    for (const recording of recordings)
      for (const { worker, pid } of of(recording, 'listening')) {
        expect(figure.still).toContain(`worker ${worker}`);
        expect(figure.still).toContain(`pid ${pid}`);
        expect(figure.characters.join('\n')).toContain(`worker ${worker}`);
      }
  });

  test('moves nothing where the reader wants no motion', () => {
    const [before = '', within = ''] = svgOf(figure).split('@media (prefers-reduced-motion: no-preference) {');
    expect(before).not.toMatch(/animation|transition/);
    expect(within).toContain('animation');
  });

  test.each([60, 80])('is read in a terminal of %i columns', async (width) => {
    const chapter = chapters.find(({ shown }) => shown.includes(name));
    const lines = read(`figures/${name}.txt`).trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]{0,60}$/);
    const look = { width, colour: false, unicode: false };
    const rendered = await renderMarkdown(chapter?.text ?? '', look, (target) => (target === name ? lines : null));
    expect(rendered).toContain(lines.join('\n'));
  });

  test('is told in words where there is no room for it', async () => {
    const chapter = chapters.find(({ shown }) => shown.includes(name));
    const look = { width: 40, colour: false, unicode: true };
    const rendered = await renderMarkdown(chapter?.text ?? '', look, () => null);
    expect(rendered.replace(/\s+/g, ' ')).toContain(`[${figure.title}]`);
  });
});

/** What has no value, where it is not said of an exit. */
const NO_VALUE = /undefined|NaN|Infinity|(?<!(code|signal|planned) )null/;

describe('the recordings bear out what the figures tell', () => {
  test('each connection went to the first in the row', () => {
    const [history] = recordingsOf('round-robin');
    expect(of(history!, 'handed').length).toBeGreaterThan(10);
    for (const event of of(history!, 'handed')) {
      const justBefore = {
        ...history!,
        events: history!.events.filter(({ t, kind }) => t < event.t && kind !== 'mark'),
      };
      const [frame] = roundRobin.frames({
        ...justBefore,
        events: [{ kind: 'mark', t: 0, name: 'begin' }, ...justBefore.events],
      });
      expect(frame?.free[0]).toBe(event.worker);
    }
  });

  test('the total of the figure is the one that the program told', () => {
    const [history] = recordingsOf('missing-listener');
    const told = of(history!, 'request').find(({ path }) => path === '/stats')?.body;
    const last = missingListener.frames(history!).at(-1);
    expect(JSON.parse(told ?? '{}')).toMatchObject({ total: last?.total });
    expect(last?.answered).toBeGreaterThan(last?.total ?? 0);
  });

  test('with disconnect() alone the old worker answers to the end, with a goodbye it is gone before', () => {
    const [alone, goodbye] = recordingsOf('rolling-restart');
    for (const [history, stays] of [
      [alone!, true],
      [goodbye!, false],
    ] as const) {
      const last = of(history, 'request').at(-1);
      const worker = of(history, 'fork').find(({ pid }) => pid === last?.pid)?.worker ?? 0;
      expect(worker <= 2).toBe(stays);
      expect(of(history, 'request').every(({ outcome }) => outcome === 'answered')).toBe(true);
    }
  });
});
