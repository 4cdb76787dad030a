import { describe, expect, test } from 'vitest';
import { columns, type Look } from '#reader';
import { renderFinding, renderFindingLine, renderHeader, renderObstacle, renderResult } from '#report';
import { findings, holds, result } from './example.ts';

const plain = (width: number): Look => ({ width, colour: false, unicode: true });
const picture = { label: 'timeline', path: '.workbook/runs/03/latest/timeline.html' };

describe('the screen after a failed check', () => {
  test('is the example of the design, drawn from a history', () => {
    expect(`${renderHeader(result.lesson, result.file, plain(120))}\n${renderResult(result, plain(120), picture)}`)
      .toBe(`\
Lesson 3 · IPC counters                                              lessons/03-ipc-counters/exercise.ts
  ✔ every request is counted once         600 answered, total 600 on all 3 workers
  ✔ a killed worker is replaced           worker 2 (pid 4131, SIGKILL) → worker 4 (pid 4152) after 61 ms
  ✖ a replacement's requests are counted
      expected  total 2,745 + the 1,011 requests that worker 4 answered
      observed  total stayed at 2,745: 1,011 messages of worker 4 reached the primary, and no listener heard them
      cause     'message' listeners exist for workers 1, 2 and 3 only
      read      docs/03-ipc-counters.md#one-listener-for-every-worker · npm run hint 3
  · unknown messages change nothing       not judged: needs the one above

  primary   ●━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
  worker 1   ●━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
  worker 2   ●━━━━━━━━━━━━━━━━━━━━━╳ SIGKILL
  worker 3   ●━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
  worker 4                         ●━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━   unheard 1,011
  2 of 4 hold · 3.1 s                                    timeline .workbook/runs/03/latest/timeline.html`);
  });

  test.each([40, 60, 80, 104])('keeps to %i columns, but for what is there to be copied', (width) => {
    const lines = renderResult(result, plain(width), picture).split('\n');
    expect(lines.length).toBeGreaterThan(14);
    const long = lines.filter((line) => columns(line) > width);
    for (const line of long) expect(line).toMatch(/docs\/|\.workbook\//);
  });

  test('says the same in ASCII', () => {
    const screen = renderResult(result, { width: 120, colour: false, unicode: false }, picture);
    expect(screen).toMatch(/^[\x20-\x7e\n]+$/);
    expect(screen).toContain('(pid 4131, SIGKILL) -> worker 4');
    expect(screen).toContain('X SIGKILL');
  });

  test('says nothing by colour alone', () => {
    const coloured = renderResult(result, { width: 120, colour: true, unicode: true }, picture);
    expect(coloured).toContain('\x1b[31m');
    // oxlint-disable-next-line no-control-regex
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(renderResult(result, plain(120), picture));
  });

  test('gives one next step, beside the first that is broken', () => {
    const twice = { ...result, findings: [...findings, { ...findings[2]!, id: '3.6', says: 'another' }] };
    expect(renderResult(twice, plain(120)).match(/npm run hint/g)).toHaveLength(1);
  });
});

test('a summary that finds no room beside its sentence goes below it, whole', () => {
  const summary = 'worker 2 (pid 4131, SIGKILL) → worker 4 (pid 4152) after 61 ms';
  const lines = renderFinding(holds('2.3', 'a killed worker is replaced', 1, summary), plain(50));
  expect(lines.map((line) => line.trim()).join(' ')).toBe(`✔ a killed worker is replaced ${summary}`);
  expect(lines.every((line) => columns(line) <= 50)).toBe(true);
});

test('what holds in several scenarios takes one line, of as many as find room', () => {
  const summary = '3 workers on port 20629 after 624 ms; 2 workers on port 30572 after 634 ms; 3 workers on port 26206';
  const line = (width: number) => renderFinding(holds('0.1', 'the workers listen', 8, summary), plain(width));
  expect(line(70)).toEqual(['  ✔ the workers listen  3 workers on port 20629 after 624 ms; …']);
  expect(line(104)).toEqual([`  ✔ the workers listen  ${summary.split('; ').slice(0, 2).join('; ')}; …`]);
  expect(line(120)[0]).not.toContain('26206');
});

test.each([40, 60, 80, 104])('while a check goes on each finding is one line of less than %i columns', (width) => {
  for (const finding of findings) {
    const line = renderFindingLine(finding, plain(width));
    expect(line).toContain(finding.says);
    expect(columns(line)).toBeLessThan(Math.max(width, 43));
  }
  expect(renderFindingLine(findings[1]!, plain(80))).toMatch(/worker 2 .*…$/);
});

test('type errors are told, with where they are, and that they decided nothing', () => {
  const problem = {
    file: 'exercise.ts',
    line: 12,
    column: 7,
    code: 'TS2322',
    message: "Type 'string' is not a number.",
  };
  const screen = renderResult({ ...result, typeErrors: [problem] }, plain(80));
  expect(screen).toContain('a type error, which decided nothing');
  expect(screen).toContain("exercise.ts:12:7 Type 'string' is not a number.");
});

test.each([
  ['passed', 'passed · 2 of 4 hold · 3.1 s'],
  ['inconclusive', 'inconclusive · 2 of 4 hold · 3.1 s'],
  ['fault', "the workbook's own fault, not yours · 2 of 4 hold · 3.1 s"],
] as const)('the verdict %s is said in words', (verdict, words) => {
  expect(renderResult({ ...result, verdict }, plain(100))).toContain(words);
});

test('an obstacle keeps the lines of a code frame and ends with what to do', () => {
  const frame = '  11 | const a\n> 12 | const x y\n     |         ^';
  const screen = renderObstacle(
    { what: 'a syntax error', why: `Expected ";"\n${frame}`, next: 'repair it' },
    plain(60),
  );
  for (const line of frame.split('\n')) expect(screen).toContain(`      ${line}`);
  expect(screen.split('\n').at(-1)).toBe('      next      repair it');
});
