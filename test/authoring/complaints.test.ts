// A small workbook in which nothing is missing has no complaint, and whatever is taken away or spoilt in it is complained
// about, by name and by nothing else.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { workbookRoot } from '#workbook';
import { renderComplaint } from './complaint.ts';
import { complaintsOf } from './complaints.ts';
import { AT_LEAST, RIGHT_IN_EVERY_RUN } from './specimens.ts';

type Files = Readonly<Record<string, string>>;

const DATA = {
  title: 'First things',
  summary: 'Do the first thing.',
  aims: ['do it'],
  task: 'Do **this**.',
  clauses: [
    { id: '0.5', text: 'Free for you: the rest.', free: true },
    { id: '1.1', text: 'It listens.' },
    { id: '1.2', text: 'It answers.' },
  ],
  firstToDo: '1.1',
  hints: ['a nudge', 'the idea', 'almost the code'],
  predictions: [
    prediction({ id: 'one' }),
    prediction({ id: 'two' }),
    prediction({ id: 'three', choices: { now: 'at once', late: 'later' }, answer: 'late' }),
  ],
  beats: [beat('one'), beat('two'), beat('three')],
};

const EXPERIMENTS = ['one', 'two', 'three'];
const ANSWERS = { one: { value: 1 }, two: { value: 1 }, three: { value: 'late' } };

const PROPERTIES = [
  { id: '1.1', says: 'it listens', read: 'docs/01-first.md#it-listens', on: ['once'] },
  { id: '1.2', says: 'it answers', read: 'docs/01-first.md#it-answers', on: ['once'] },
];

const SOUND: Files = {
  'package.json': '{ "type": "module", "imports": { "#app": "./lessons/01-first/app.ts" } }',
  'README.md': 'Read [the guide](docs/guide.md), and [First](docs/01-first.md).',
  'docs/README.md': '- [First](01-first.md)',
  'lessons/01-first/lesson.ts': data({}),
  'lessons/01-first/check.ts': check(PROPERTIES),
  'lessons/01-first/predictions.ts': experiments(EXPERIMENTS),
  'lessons/01-first/predictions.json': recorded(ANSWERS),
  'lessons/01-first/starter.ts': 'console.log(1);',
  'lessons/01-first/exercise.ts': 'console.log(1);',
  // given to programs by its name in package.json
  'lessons/01-first/app.ts': 'export const app = 1;',
  'solutions/01-first.ts': 'console.log(2);',
  'docs/01-first.md':
    '# First\n\n![one and one](figures/one.svg)\n\n## It listens\n\n## It answers\n\n<div data-predictions></div>\n',
  'docs/guide.md': '# Guide\n\nA part of [the book](README.md).\n',
  'docs/figures/one.svg': '<svg/>',
  'docs/figures/draw.ts': '// draws one.svg',
  ...many('right', AT_LEAST.right, '// specimen: right\n// in every run: plain\n// Does it.\n'),
  ...many(
    'wrong',
    AT_LEAST.wrong,
    '// specimen: wrong\n// breaks: 1.1\n// may break: 1.2\n// in every run: plain\n// Does not listen.\n',
  ),
  'test/specimens/01-first/wrong/mute.cjs':
    '#!/usr/bin/env node\n// specimen: wrong\n// breaks: 1.2\n// in every run: plain\n// Says nothing.\n',
  'test/specimens/01-first/transcripts/mute.txt': '1.2\n',
};

test('where nothing is missing there is no complaint', async () => {
  expect(await complaintsIn({})).toEqual([]);
});

test('a chapter without a figure is remarked upon, and fails nothing', async () => {
  const root = plant({
    'docs/01-first.md': '# First\n\n## It listens\n\n## It answers\n\n<div data-predictions></div>\n',
    'README.md': '01-first.md guide.md one.svg',
  });
  const { complaints, remarks } = await complaintsOf(root);
  expect(complaints).toEqual([]);
  expect(remarks).toMatchObject([{ what: 'docs/01-first.md shows no figure' }]);
});

test('a complaint says what, why, and what to do next', () => {
  expect(renderComplaint({ what: 'A is missing', why: 'B.', next: 'write A' })).toBe(
    '✖ A is missing\n    why   B.\n    next  write A',
  );
});

/** `null` takes a file away. What is expected is the beginning of each complaint. */
const BREACHES: readonly (readonly [
  what: string,
  files: Readonly<Record<string, string | null>>,
  told: readonly string[],
])[] = [
  ['no check', { 'lessons/01-first/check.ts': null }, ['lessons/01-first/check.ts is missing']],
  ['no starter', { 'lessons/01-first/starter.ts': null }, ['lessons/01-first/starter.ts is missing']],
  ['no exercise', { 'lessons/01-first/exercise.ts': null }, ['lessons/01-first/exercise.ts is missing']],
  ['no solution', { 'solutions/01-first.ts': null }, ['solutions/01-first.ts is missing']],
  [
    'no chapter',
    { 'docs/01-first.md': null, 'README.md': 'guide.md one.svg' },
    [
      'docs/01-first.md is missing',
      'lesson 1: 1.1 leads to docs/01-first.md#it-listens, and there is no such heading',
      'lesson 1: 1.2 leads to docs/01-first.md#it-answers, and there is no such heading',
      ...EXPERIMENTS.map(
        (id) => `lesson 1: the prediction ${id} leads to docs/01-first.md#it-answers, and there is no such heading`,
      ),
    ],
  ],
  ['no data', { 'lessons/01-first/lesson.ts': null }, ['lessons/01-first/lesson.ts cannot be loaded']],
  [
    'a check that does not run',
    { 'lessons/01-first/check.ts': 'throw new Error("no");' },
    ['lessons/01-first/check.ts cannot be loaded'],
  ],
  [
    'a title of two lines',
    { 'lessons/01-first/lesson.ts': data({ title: 'a\nb' }) },
    ['lessons/01-first/lesson.ts: title must match pattern'],
  ],
  [
    'an empty aim',
    { 'lessons/01-first/lesson.ts': data({ aims: [' '] }) },
    ['lessons/01-first/lesson.ts: aims.0 must match pattern'],
  ],
  [
    'no aims',
    { 'lessons/01-first/lesson.ts': data({ aims: [] }) },
    ['lessons/01-first/lesson.ts: aims must NOT have fewer than 1 items'],
  ],
  [
    'two hints',
    { 'lessons/01-first/lesson.ts': data({ hints: ['a', 'b'] }) },
    ['lessons/01-first/lesson.ts: hints must NOT have fewer than 3 items'],
  ],
  [
    'an empty hint',
    { 'lessons/01-first/lesson.ts': data({ hints: ['a', 'b', '\n'] }) },
    ['lessons/01-first/lesson.ts: hints.2 must match pattern'],
  ],
  [
    'the same hint twice',
    { 'lessons/01-first/lesson.ts': data({ hints: ['a', 'b', 'b'] }) },
    ['lessons/01-first/lesson.ts: hints must NOT have duplicate items'],
  ],
  [
    'no beats',
    { 'lessons/01-first/lesson.ts': data({ beats: [] }) },
    ['lessons/01-first/lesson.ts: beats must NOT have fewer than 3 items'],
  ],
  [
    'a beat that asks nothing',
    { 'lessons/01-first/lesson.ts': data({ beats: [{ ...beat('one'), ask: 'Look.' }, ...DATA.beats] }) },
    ['lessons/01-first/lesson.ts: beats.0.ask must match pattern'],
  ],
  [
    'no task',
    { 'lessons/01-first/lesson.ts': data({ task: undefined }) },
    ["lessons/01-first/lesson.ts: the data must have required property 'task'"],
  ],
  [
    'data that nobody reads',
    { 'lessons/01-first/lesson.ts': data({ level: 3 }) },
    ['lessons/01-first/lesson.ts: the data must NOT have additional properties (level)'],
  ],
  [
    'a clause without a number',
    { 'lessons/01-first/lesson.ts': data({ clauses: [...DATA.clauses, { id: 'x', text: 'It is.', free: true }] }) },
    ['lessons/01-first/lesson.ts: clauses.3.id must match pattern'],
  ],
  [
    'a first thing that is no clause',
    { 'lessons/01-first/lesson.ts': data({ firstToDo: '1.7' }) },
    ['lessons/01-first/lesson.ts: firstToDo is 1.7, and there is no such clause'],
  ],
  [
    'two clauses of one number',
    { 'lessons/01-first/lesson.ts': data({ clauses: [...DATA.clauses, { id: '1.2', text: 'Again.' }] }) },
    ['lessons/01-first/lesson.ts: two clauses are called 1.2'],
  ],
  [
    'a clause that nothing judges',
    { 'lessons/01-first/lesson.ts': data({ clauses: [...DATA.clauses, { id: '1.3', text: 'It ends.' }] }) },
    ['lesson 1: no property judges clause 1.3'],
  ],
  [
    'a property that no clause asks for',
    { 'lessons/01-first/check.ts': check([...PROPERTIES, { ...PROPERTIES[0], id: '0.5' }]) },
    ['lesson 1: property 0.5 judges what no clause asks for', 'lesson 1: no wrong specimen breaks 0.5'],
  ],
  [
    'two properties for one clause',
    { 'lessons/01-first/check.ts': check([...PROPERTIES, PROPERTIES[1]]) },
    ['lesson 1: two properties are called 1.2'],
  ],
  [
    'a heading that is not there',
    {
      'lessons/01-first/check.ts': check([
        PROPERTIES[0],
        { ...PROPERTIES[1], readMore: { late: 'docs/01-first.md#late' } },
      ]),
    },
    ['lesson 1: 1.2 leads to docs/01-first.md#late, and there is no such heading'],
  ],
  [
    'two predictions',
    {
      'lessons/01-first/lesson.ts': data({ predictions: DATA.predictions.slice(0, 2) }),
      'lessons/01-first/predictions.ts': experiments(EXPERIMENTS.slice(0, 2)),
    },
    ['lessons/01-first/lesson.ts: predictions must NOT have fewer than 3 items'],
  ],
  [
    'a prediction that asks nothing',
    withPrediction({ question: 'It is one.' }),
    ['lessons/01-first/lesson.ts: predictions.0.question must match pattern'],
  ],
  [
    'choices whose order is not kept',
    withPrediction({ choices: { a: 'one', 2: 'two' }, answer: 'a' }, { ...ANSWERS, one: { value: 'a' } }),
    [
      'lessons/01-first/lesson.ts: predictions.0.choices must match pattern',
      'lessons/01-first/lesson.ts: predictions.0.choices property name must be valid',
    ],
  ],
  [
    'two predictions of one name',
    { 'lessons/01-first/lesson.ts': data({ predictions: [...DATA.predictions, DATA.predictions[0]] }) },
    ['lesson 1: two predictions are called one'],
  ],
  [
    'an answer that is no choice',
    withPrediction({ choices: { now: 'at once', late: 'later' } }),
    ['lesson 1: the prediction one has the answer 1, which nobody can give'],
  ],
  [
    'an answer in words where there are no choices',
    withPrediction({ answer: 'one' }, { ...ANSWERS, one: { value: 'one' } }),
    ['lesson 1: the prediction one has the answer one, which nobody can give'],
  ],
  [
    'a prediction about a program that is not there',
    withPrediction({ program: './predictions/gone.ts' }),
    ['lesson 1: the prediction one is about ./predictions/gone.ts, and there is no such file'],
  ],
  [
    'a prediction that leads nowhere',
    withPrediction({ read: 'gone' }),
    ['lesson 1: the prediction one leads to docs/01-first.md#gone, and there is no such heading'],
  ],
  [
    'a prediction that nothing answers',
    { 'lessons/01-first/predictions.ts': experiments(['two', 'three']) },
    ['lesson 1: the prediction one has no experiment'],
  ],
  [
    'an experiment that answers nothing',
    { 'lessons/01-first/predictions.ts': experiments([...EXPERIMENTS, 'four']) },
    ['lessons/01-first/predictions.ts: four answers no prediction'],
  ],
  ['no experiments', { 'lessons/01-first/predictions.ts': null }, ['lessons/01-first/predictions.ts cannot be loaded']],
  [
    'no recorded answers',
    { 'lessons/01-first/predictions.json': null },
    EXPERIMENTS.map(
      (id) => `lesson 1: the prediction ${id} has the answer ${id === 'three' ? 'late' : 1}, and none is recorded`,
    ),
  ],
  [
    'a recorded answer that is another one',
    { 'lessons/01-first/predictions.json': recorded({ ...ANSWERS, two: { value: 7 } }) },
    ['lesson 1: the prediction two has the answer 1, and 7 is recorded'],
  ],
  [
    'a chapter without a place for its predictions',
    { 'docs/01-first.md': (SOUND['docs/01-first.md'] ?? '').replace('<div data-predictions></div>', '') },
    ['docs/01-first.md has no place for the predictions'],
  ],
  [
    'a property that no specimen breaks',
    { 'test/specimens/01-first/wrong/mute.cjs': '// specimen: wrong\n// breaks: 1.1\n// Says nothing.\n' },
    ['lesson 1: no wrong specimen breaks 1.2'],
  ],
  [
    'too few right specimens',
    { 'test/specimens/01-first/right/a0.ts': null },
    [`lesson 1 has ${AT_LEAST.right - 1} right specimens, and needs ${AT_LEAST.right}`],
  ],
  [
    'too few right specimens that every run judges',
    Object.fromEntries(
      Array.from({ length: AT_LEAST.right - RIGHT_IN_EVERY_RUN + 1 }, (_, i) => [
        `test/specimens/01-first/right/a${i}.ts`,
        '// specimen: right\n// Does it.\n',
      ]),
    ),
    [`lesson 1 has ${RIGHT_IN_EVERY_RUN - 1} right specimens that every run judges, and needs ${RIGHT_IN_EVERY_RUN}`],
  ],
  [
    'a clause that only some runs see broken',
    { 'test/specimens/01-first/wrong/mute.cjs': '// specimen: wrong\n// breaks: 1.2\n// Says nothing.\n' },
    ['lesson 1: no specimen that every run judges breaks 1.2'],
  ],
  [
    'too few wrong specimens',
    {
      'test/specimens/01-first/wrong/b0.mjs': null,
      'test/specimens/01-first/wrong/b1.mjs': null,
      'test/specimens/01-first/transcripts/b0.txt': null,
      'test/specimens/01-first/transcripts/b1.txt': null,
    },
    [`lesson 1 has ${AT_LEAST.wrong - 1} wrong specimens, and needs ${AT_LEAST.wrong}`],
  ],
  ...(
    [
      [
        'no header',
        'console.log(1);\n',
        ['does not begin with `// specimen: wrong`', 'does not say what it is', 'does not say what it breaks'],
      ],
      [
        'the header of the other folder',
        '// specimen: right\n// breaks: 1.1\n// Not.\n',
        ['does not begin with `// specimen: wrong`'],
      ],
      ['nothing that it breaks', '// specimen: wrong\n// breaks:\n// Not.\n', ['does not say what it breaks']],
      ['no sentence', '// specimen: wrong\n// breaks: 1.1\n', ['does not say what it is']],
      [
        'a clause that is not judged',
        '// specimen: wrong\n// breaks: 1.1\n// may break: 0.5\n// Not.\n',
        ['names 0.5'],
      ],
      ['a clause twice', '// specimen: wrong\n// breaks: 1.1\n// may break: 1.1\n// Not.\n', ['names 1.1 twice']],
    ] as const
  ).map(
    ([what, text, told]) =>
      [
        `a wrong specimen with ${what}`,
        { 'test/specimens/01-first/wrong/b0.mjs': text },
        told.map((each) => `test/specimens/01-first/wrong/b0.mjs ${each}`),
      ] as const,
  ),
  [
    'a right specimen that breaks something',
    { 'test/specimens/01-first/right/a0.ts': '// specimen: right\n// breaks: 1.1\n// Does it.\n' },
    ['test/specimens/01-first/right/a0.ts is right, and says that it breaks something'],
  ],
  [
    'two specimens of one name',
    { 'test/specimens/01-first/right/mute.ts': '// specimen: right\n// Does it.\n' },
    ['test/specimens/01-first/wrong/mute.cjs: another specimen of this lesson has that name'],
  ],
  [
    'no transcript',
    { 'test/specimens/01-first/transcripts/mute.txt': null },
    ['test/specimens/01-first/wrong/mute.cjs has no transcript'],
  ],
  [
    'a transcript of nothing',
    { 'test/specimens/01-first/transcripts/a0.txt': '' },
    ['test/specimens/01-first/transcripts/a0.txt is a stray file'],
  ],
  [
    'a chapter without a title',
    { 'docs/01-first.md': '## It listens\n\n## It answers\n\n![one](figures/one.svg)\n\n<div data-predictions></div>' },
    ['docs/01-first.md does not begin with a title'],
  ],
  [
    'a chapter that no list has',
    { 'README.md': 'guide.md', 'docs/README.md': '# The book' },
    ['README.md does not lead to docs/01-first.md', 'docs/README.md does not lead to docs/01-first.md'],
  ],
  [
    'a figure that is not there',
    { 'docs/figures/one.svg': null, 'docs/figures/draw.ts': null },
    ['docs/01-first.md shows figures/one.svg, and there is no docs/figures/one.svg'],
  ],
  [
    'a place of a figure that is not there',
    { 'docs/01-first.md': `${SOUND['docs/01-first.md']}<div data-figure="two"></div>\n` },
    ['docs/01-first.md shows figures/two.svg, and there is no docs/figures/two.svg'],
  ],
  [
    'a figure without words',
    { 'docs/01-first.md': (SOUND['docs/01-first.md'] ?? '').replace('one and one', '') },
    ['docs/01-first.md shows figures/one.svg without words'],
  ],
  [
    'a lesson too many by its number',
    { ...lessonThree(), 'docs/README.md': '01-first.md 03-third.md', 'README.md': '01-first.md 03-third.md guide.md' },
    ['lessons/03-third has number 3, and another one is due'],
  ],
  ['a file beside the lessons', { 'lessons/notes.md': '' }, ['lessons/notes.md is a stray file']],
  ['a folder that is no lesson', { 'lessons/old/lesson.ts': '' }, ['lessons/old/lesson.ts is a stray file']],
  [
    'a file in a lesson that nothing uses',
    { 'lessons/01-first/try.ts': '' },
    ['lessons/01-first/try.ts is a stray file'],
  ],
  ['a solution of nothing', { 'solutions/02-second.ts': '' }, ['solutions/02-second.ts is a stray file']],
  ['a guide that nobody links', { 'README.md': '01-first.md' }, ['docs/guide.md is a stray file']],
  ['a picture that nobody shows', { 'docs/figures/two.svg': '<svg/>' }, ['docs/figures/two.svg is a stray file']],
  [
    'specimens of no lesson',
    { 'test/specimens/02-second/right/a.ts': '' },
    ['test/specimens/02-second/right/a.ts is a stray file'],
  ],
  [
    'a specimen that is neither right nor wrong',
    { 'test/specimens/01-first/a.ts': '' },
    ['test/specimens/01-first/a.ts is a stray file'],
  ],
];

describe('what is missing or does not fit is told:', () => {
  test.each(BREACHES)('%s', async (_what, files, told) => {
    const complaints = await complaintsIn(files);
    expect(complaints.map(({ what }, index) => what.slice(0, told[index]?.length))).toEqual(told);
    for (const { why, next } of complaints) expect([why, next]).not.toContain('');
  });
});

test('of one lesson alone, the others are not complained about', async () => {
  const root = plant({ 'lessons/01-first/starter.ts': null, 'lessons/02-second/lesson.ts': 'throw new Error("no");' });
  const about = async (number: number) => (await complaintsOf(root, [number])).complaints.map(({ what }) => what);
  expect(await about(1)).toEqual(['lessons/01-first/starter.ts is missing']);
  expect(await about(2)).toContain('lessons/02-second/lesson.ts cannot be loaded');
  expect(await about(2)).not.toContain('lessons/01-first/starter.ts is missing');
});

test('the workbook’s own lessons are complete', async () => {
  const { complaints } = await complaintsOf(workbookRoot);
  expect(complaints.map(renderComplaint).join('\n')).toBe('');
});

async function complaintsIn(changes: Readonly<Record<string, string | null>>) {
  return (await complaintsOf(plant(changes))).complaints;
}

/** The small workbook in a folder of its own; gone when the test is over. */
function plant(changes: Readonly<Record<string, string | null>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'workbook-authoring-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ ...SOUND, ...changes })) {
    if (text === null) continue;
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

function data(changes: Readonly<Record<string, unknown>>): string {
  return `export default ${JSON.stringify({ ...DATA, ...changes })};\n`;
}

function prediction(changes: Readonly<Record<string, unknown>>) {
  return { title: 'One', question: 'How many?', answer: 1, because: 'It is one.', read: 'it-answers', ...changes };
}

function beat(title: string) {
  return { title, actions: [{ act: 'restart' }], ask: 'What comes first?', appears: 'A new worker.' };
}

/** With something else in the first one. */
function withPrediction(changes: Readonly<Record<string, unknown>>, answers: object = ANSWERS): Files {
  const [first, ...others] = DATA.predictions;
  return {
    'lessons/01-first/lesson.ts': data({ predictions: [{ ...first, ...changes }, ...others] }),
    'lessons/01-first/predictions.json': recorded(answers),
  };
}

function experiments(ids: readonly string[]): string {
  return `export const experiments = ${JSON.stringify(Object.fromEntries(ids.map((id) => [id, {}])))};\n`;
}

function recorded(answers: object): string {
  return JSON.stringify({ node: '20.19.0', cores: 2, date: '2026-01-31', answers });
}

function check(properties: readonly unknown[]): string {
  return `export const scenarios = [{ name: 'once' }];\nexport const properties = ${JSON.stringify(properties)};\n`;
}

function many(kind: 'right' | 'wrong', count: number, text: string): Files {
  const files = Array.from({ length: count }, (_, index) =>
    kind === 'right'
      ? [[`test/specimens/01-first/right/a${index}.ts`, text]]
      : [
          [`test/specimens/01-first/wrong/b${index}.mjs`, text],
          [`test/specimens/01-first/transcripts/b${index}.txt`, '1.1\n'],
        ],
  );
  return Object.fromEntries(files.flat()) as Files;
}

/** The lesson once more, with another number. */
function lessonThree(): Files {
  const third = Object.entries(SOUND).filter(([name]) => name.includes('01-first') && !name.endsWith('app.ts'));
  return Object.fromEntries(third.map(([name, text]) => [name.replace('01-first', '03-third'), text]));
}
