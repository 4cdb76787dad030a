// Findings of several runs, and the verdict of several findings: what is not known never passes.
import { expect, test } from 'vitest';
import {
  broken,
  holds,
  judgeable,
  judgeAll,
  judgedOn,
  unknown,
  verdictOf,
  type Opinion,
  type Property,
} from '#checker';
import { historyOf, mark, start } from './history.ts';

const once = historyOf([start(2)], 'once');
const twice = historyOf([start(2)], 'twice');
const bad = broken({
  judged: 3,
  expected: 'three',
  observed: 'two',
  cause: 'one is missing',
  about: 'side',
  evidence: [],
});

function property(id: string, opinion: Opinion | (() => Opinion), more: Partial<Property> = {}): Property {
  const judge = typeof opinion === 'function' ? opinion : () => opinion;
  return { id, says: `clause ${id}`, read: 'docs/x.md#whole', on: ['once'], judge, ...more };
}

function verdict(properties: readonly Property[], histories = [once, twice]) {
  return verdictOf(judgeAll(properties, histories), histories);
}

test('one finding for each property, in their order', () => {
  const found = judgeAll([property('1.2', holds(2, 'two')), property('1.1', bad)], [once]);
  expect(found.map(({ id, status, judged }) => [id, status, judged])).toEqual([
    ['1.2', 'holds', 2],
    ['1.1', 'broken', 3],
  ]);
  expect(found[1]).toMatchObject({ expected: 'three', observed: 'two', cause: 'one is missing', scenario: 'once' });
});

test('a part of the scenarios says what those show that were played, and nothing of clauses that need others', () => {
  const both = property('1.1', holds(2, 'two'), { on: ['once', 'twice'] });
  const other = property('1.2', bad, { on: ['twice'] });
  const found = judgeAll(judgedOn([both, other], ['once']), [once]);
  expect(found).toMatchObject([{ id: '1.1', status: 'holds', judged: 2 }]);
});

test('all hold: passed; one is broken: failed; one is not known: inconclusive', () => {
  const good = property('1.1', holds(1, ''));
  expect(verdict([good])).toBe('passed');
  expect(verdict([good, property('1.2', unknown('why'))])).toBe('inconclusive');
  expect(verdict([good, property('1.2', unknown('why')), property('1.3', bad)])).toBe('failed');
});

test('nothing to judge never passes', () => {
  expect(verdictOf([], [once])).toBe('inconclusive');
  expect(verdict([property('1.1', holds(0, 'nothing'))])).toBe('inconclusive');
  // also where a property says so against the rule
  expect(verdict([property('1.1', { status: 'holds', judged: 0, summary: '' })])).toBe('inconclusive');
});

test('a property that throws is the workbook’s fault, and no clause hides it', () => {
  const crash = property('1.2', () => {
    throw new Error('no such life');
  });
  expect(judgeAll([crash], [once])[0]).toMatchObject({ status: 'inconclusive', judged: 0 });
  expect(judgeAll([crash], [once])[0]?.summary).toContain('no such life');
  expect(verdict([crash, property('1.1', bad)])).toBe('fault');
  expect(verdict([{ ...crash, needs: ['1.1'] }, property('1.1', bad)])).toBe('fault');
  expect(judgeAll([crash], [once])[0]?.crashed).toBe(true);
  expect(judgeAll([property('1.1', bad)], [once])[0]).not.toHaveProperty('crashed');
});

test('a property that throws in one run is the workbook’s fault, though it is broken in another', () => {
  const half = property('1.1', bad, {
    on: ['once', 'twice'],
    judge: ({ scenario }) => {
      if (scenario === 'once') throw new TypeError('no such life');
      return bad;
    },
  });
  expect(judgeAll([half], [once, twice])[0]).toMatchObject({ status: 'broken', scenario: 'twice', crashed: true });
  expect(verdict([half])).toBe('fault');
});

test('what is thrown is told, whatever it is', () => {
  const odd = property('1.1', () => {
    // eslint-disable-next-line no-throw-literal
    throw 'a word';
  });
  expect(judgeAll([odd], [once])[0]?.summary).toMatch(/a word$/);
});

test('trouble of the workbook, and processes that could not be ended, are its fault', () => {
  const trouble = historyOf([start(2), { kind: 'trouble', t: 5, what: 'the disk is full' }], 'once');
  expect(judgeAll([property('1.1', bad)], [trouble])[0]).toMatchObject({
    status: 'inconclusive',
    summary: 'the disk is full',
  });
  expect(verdict([property('1.1', bad)], [trouble])).toBe('fault');
  const left = historyOf([start(2), { kind: 'cleaned', t: 5, pids: [7], port: false }], 'once');
  expect(verdict([property('1.1', holds(1, ''))], [left])).toBe('fault');
  expect(verdict([property('1.1', holds(1, ''))], [left, twice])).toBe('fault');
  const clean = historyOf([start(2), { kind: 'cleaned', t: 5, pids: [], port: false }], 'once');
  expect(verdict([property('1.1', holds(1, ''))], [clean])).toBe('passed');
});

test('a history without a program says nothing', () => {
  const empty = historyOf([mark('nothing', 1)], 'once');
  expect(judgeAll([property('1.1', bad)], [empty])[0]).toMatchObject({
    summary: 'the program was never started',
    evidence: [],
  });
  expect(judgeAll([property('1.1', holds(1, 'fine'))], [empty])[0]).toMatchObject({
    status: 'inconclusive',
    judged: 0,
  });
  expect(verdict([property('1.1', holds(1, 'fine'))], [empty])).toBe('inconclusive');
});

test('the worst run decides, and what was judged is added up', () => {
  const on = ['once', 'twice'];
  const by = (first: Opinion, second: Opinion): Property => ({
    ...property('1.1', first, { on }),
    judge: ({ scenario }) => (scenario === 'once' ? first : second),
  });
  const merged = (first: Opinion, second: Opinion) => judgeAll([by(first, second)], [once, twice])[0];
  expect(merged(holds(2, 'a'), holds(3, 'b'))).toMatchObject({ status: 'holds', judged: 5, summary: 'a; b' });
  expect(merged(holds(2, 'a'), holds(3, 'a'))).toMatchObject({ status: 'holds', summary: 'a' });
  expect(merged(holds(2, 'a'), unknown('why'))).toMatchObject({
    status: 'inconclusive',
    scenario: 'twice',
    summary: 'why',
  });
  expect(merged(unknown('why'), bad)).toMatchObject({ status: 'broken', scenario: 'twice', judged: 3 });
  expect(merged(holds(2, 'a'), { status: 'holds', judged: 0, summary: '' })).toMatchObject({ status: 'inconclusive' });
});

test('a run that is missing leaves its properties open', () => {
  const both = property('1.1', holds(1, ''), { on: ['once', 'twice'] });
  expect(judgeAll([both], [once])[0]).toMatchObject({ status: 'inconclusive', scenario: 'twice' });
  expect(judgeable([both], ['once'])).toEqual([]);
  expect(judgeable([both], ['twice', 'once'])).toEqual([both]);
});

test('a clause that needs a broken one is not judged, unless it holds', () => {
  const first = property('1.1', bad);
  const found = (opinion: Opinion) => judgeAll([property('1.2', opinion, { needs: ['1.1'] }), first], [once])[0];
  expect(found(bad)).toMatchObject({
    status: 'inconclusive',
    judged: 0,
    summary: 'not judged: needs “clause 1.1”',
    observed: null,
    cause: null,
  });
  expect(found(holds(4, 'yes'))).toMatchObject({ status: 'holds', judged: 4 });
});

test('a clause is not told before those that it needs can be', () => {
  const first = property('1.1', bad, { on: ['twice'] });
  const second = property('1.2', bad, { needs: ['1.1'] });
  expect(judgeable([first, second], ['once'])).toEqual([]);
  expect(judgeable([first, second], ['once', 'twice'])).toEqual([first, second]);
});

test('a clause waits for each of those that it needs', () => {
  const [one, other] = [property('1.1', bad), property('1.2', bad, { on: ['twice'] })];
  const both = property('1.3', bad, { needs: ['1.1', '1.2'] });
  expect(judgeable([one, other, both], ['once'])).toEqual([one]);
  expect(judgeAll([property('1.3', bad, { needs: ['9.9'] })], [once])[0]?.status).toBe('broken');
});

test('a clause that is judged on no run is a mistake of the lesson’s', () => {
  expect(() => judgeAll([property('1.1', bad, { on: [] })], [once])).toThrow('judged on no scenario');
});

test('what a run that is missing would have shown is nobody’s fault', () => {
  expect(judgeAll([property('1.1', bad)], [twice])[0]).toMatchObject({ status: 'inconclusive', evidence: [] });
  expect(judgeAll([property('1.1', bad)], [twice])[0]).not.toHaveProperty('crashed');
});

test('a finding leads to the side of the clause that it is about', () => {
  const read = (more: Partial<Property>) => judgeAll([property('1.1', bad, more)], [once])[0]?.read;
  expect(read({})).toBe('docs/x.md#whole');
  expect(read({ readMore: { side: 'docs/x.md#side' } })).toBe('docs/x.md#side');
});

test('what is not on this machine is told, and leaves the verdict to what could be judged', () => {
  const absent = historyOf(
    [{ kind: 'unavailable', t: 0, what: 'there is no such server', next: 'install it' }],
    'elsewhere',
  );
  const good = property('1.1', holds(1, 'seen'));
  const only = property('1.2', holds(1, 'seen'), { on: ['elsewhere'] });
  const also = property('1.3', holds(1, 'seen'), { on: ['elsewhere', 'once'] });
  const [, onlyThere, bothPlaces] = judgeAll([good, only, also], [once, absent]);
  expect(onlyThere).toMatchObject({
    status: 'inconclusive',
    judged: 0,
    unavailable: true,
    summary: 'not judged: there is no such server (install it)',
  });
  expect(bothPlaces).toMatchObject({ status: 'holds', judged: 1 });
  expect(bothPlaces).not.toHaveProperty('unavailable');
  expect(verdict([good, only, also], [once, absent])).toBe('passed');
  expect(verdict([good, only, property('1.4', bad)], [once, absent])).toBe('failed');
  expect(verdict([good, only, property('1.4', unknown('why'))], [once, absent])).toBe('inconclusive');
  expect(verdict([only], [absent])).toBe('inconclusive');
});
