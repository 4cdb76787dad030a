// The screen after a check: what holds and what does not, the cause nearest the prompt, and one next step.
import type { Finding, Verdict } from '#checker';
import type { History } from '#history';
import { ascii, columns, cut, type Look, pad, type Palette, palette, wrap } from '#reader';
import { renderLanes } from './lanes.ts';
import { duration } from './numbers.ts';
import type { CheckResult, Obstacle, TypeProblem } from './result.ts';

/** Beyond this the eye loses the line. */
const WIDEST = 104;
const HALF = WIDEST / 2;
/** Where less is left beside a sentence, its summary goes below it. */
const LEAST = 34;
const LABEL = 10;

/** Title and file; shown as soon as a check begins. */
export function renderHeader(lesson: { number: number; title: string }, file: string, look: Look): string {
  const { colours, text } = page(look);
  const title = text(`Lesson ${lesson.number} · ${lesson.title}`);
  const width = Math.min(look.width, WIDEST);
  const gap = width - columns(title) - columns(file);
  if (gap < 2) return `${colours.strong(title)}\n  ${colours.quiet(file)}`;
  return `${colours.strong(title)}${' '.repeat(gap)}${colours.quiet(file)}`;
}

/** Everything below the header. `picture` is where more of the same history can be seen: what it is called, and its path. */
export function renderResult(result: CheckResult, look: Look, picture?: { label: string; path: string }): string {
  // what is to be mended stands nearest the prompt, the first cause first
  const shown = result.findings.toSorted((one, other) => Number(holds(other)) - Number(holds(one)));
  const told = shown.findIndex(isBroken);
  // One long sentence must not push all summaries to the edge.
  const half = Math.min(HALF, Math.floor(look.width / 2));
  const column = Math.min(half, Math.max(0, ...result.findings.map((finding) => columns(finding.says))) + 6);
  const lesson = result.lesson.number;
  const findings = shown.flatMap((finding, index) =>
    renderFinding(finding, look, column, index === told ? `npm run hint ${lesson}` : ''),
  );
  const lanes = result.histories.length > 0 ? renderPicture(result, look) : [];
  return [
    ...findings,
    ...renderTypes(result.typeErrors, told >= 0, look),
    ...(lanes.length > 0 ? ['', ...lanes] : []),
    ...renderTotal(result, look, picture),
  ].join('\n');
}

/** One finding. `column` is where summaries begin, so that those of several findings stand below each other. */
export function renderFinding(finding: Finding, look: Look, column = 0, next = ''): string[] {
  const { colours } = page(look);
  const { sentence, says, summary } = parts(finding, look);
  if (finding.status === 'broken') {
    return [
      ...wrapped(sentence, says, look),
      ...part('expected', finding.expected, look),
      ...part('observed', finding.observed, look),
      ...part('cause', finding.cause, look),
      ...place(finding.read, next, look),
    ];
  }
  if (summary === '') return wrapped(sentence, says, look);
  const gap = Math.max(column, columns(says) + 6);
  const width = Math.min(look.width, WIDEST);
  const beside = gap + columns(summary) <= width || width - gap >= LEAST;
  const room = beside ? width - gap : width - 6;
  const words = finding.status === 'holds' ? inBrief(summary, room, look) : summary;
  if (!beside) {
    const below = wrap(words, room).map((line) => `      ${colours.quiet(line)}`);
    return [...wrapped(sentence, says, look), ...below];
  }
  return wrap(words, room).map((line, index) =>
    index === 0
      ? `${sentence}${' '.repeat(gap - columns(says) - 4)}${colours.quiet(line)}`
      : `${' '.repeat(gap)}${colours.quiet(line)}`,
  );
}

/** One finding in one line, for as long as the check goes on: what does not fit comes with the result. */
export function renderFindingLine(finding: Finding, look: Look): string {
  const { sentence, says, summary } = parts(finding, look);
  const gap = Math.max(HALF, columns(says) + 6);
  const room = look.width - gap - 1;
  if (summary === '' || finding.status === 'broken' || room < LEAST / 2) return sentence;
  const end = look.unicode ? '…' : '...';
  const shown = columns(summary) <= room ? summary : `${cut(summary, room - end.length)[0] ?? ''}${end}`;
  return `${sentence}${' '.repeat(gap - columns(says) - 4)}${page(look).colours.quiet(shown)}`;
}

function parts(finding: Finding, look: Look): { sentence: string; says: string; summary: string } {
  const { colours, text } = page(look);
  const says = text(finding.says);
  const paint = { holds: colours.good, broken: colours.bad, inconclusive: colours.unsure }[finding.status];
  return {
    sentence: `  ${paint(text(MARKS[finding.status]))} ${finding.status === 'broken' ? colours.strong(says) : says}`,
    says,
    summary: text(finding.status === 'inconclusive' ? notJudged(finding.summary) : finding.summary),
  };
}

// Where something holds in several scenarios the first ones are enough to see what was looked at; all are in the JSON.
function inBrief(summary: string, room: number, look: Look): string {
  if (columns(summary) <= room) return summary;
  const all = summary.split('; ');
  const end = look.unicode ? '; …' : '; ...';
  const most = all.findLastIndex((_, index) => columns(all.slice(0, index + 1).join('; ') + end) <= room);
  return all.length === 1 ? summary : all.slice(0, Math.max(1, most + 1)).join('; ') + end;
}

/** Where nothing could be judged: what happened, what that means, the next command. */
export function renderObstacle(obstacle: Obstacle, look: Look): string {
  const { colours, text } = page(look);
  const [first = '', ...more] = wrap(text(obstacle.what), look.width - 4);
  return [
    `  ${colours.bad(text(MARKS.broken))} ${colours.strong(first)}`,
    ...more.map((line) => `    ${colours.strong(line)}`),
    // A code frame keeps its lines as they are.
    ...text(obstacle.why)
      .split('\n')
      .flatMap((line) => (/^\s|\|/.test(line) ? [line] : wrap(line, look.width - 6)))
      .map((line) => `      ${line}`.trimEnd()),
    ...part('next', obstacle.next, look),
  ].join('\n');
}

const isBroken = ({ status }: Finding): boolean => status === 'broken';
const holds = ({ status }: Finding): boolean => status === 'holds';

const MARKS = { holds: '✔', broken: '✖', inconclusive: '·' } as const;

function page(look: Look): { colours: Palette; text: (text: string) => string } {
  return { colours: palette(look.colour), text: look.unicode ? (text) => text : ascii };
}

function notJudged(summary: string): string {
  return summary.startsWith('not judged') ? summary : `not judged: ${summary}`;
}

// A sentence that is too long for the terminal loses its emphasis, not its words.
function wrapped(line: string, says: string, look: Look): string[] {
  if (columns(line) <= look.width) return [line];
  const [first = '', ...more] = wrap(says, look.width - 4);
  return [line.replace(says, first), ...more.map((rest) => `    ${rest}`)];
}

function part(label: string, words: string | null, look: Look): string[] {
  if (words === null || words === '') return [];
  const { colours, text } = page(look);
  const width = Math.max(20, Math.min(look.width, 113) - 6 - LABEL);
  return wrap(text(words), width).map(
    (line, index) => `      ${index === 0 ? colours.quiet(pad(label, LABEL)) : ' '.repeat(LABEL)}${line}`,
  );
}

// Neither the place in the book nor the command is ever broken in two: both are there to be copied.
function place(read: string, next: string, look: Look): string[] {
  const { colours, text } = page(look);
  const label = `      ${colours.quiet(pad('read', LABEL))}`;
  if (next === '') return [`${label}${read}`];
  const both = text(`${read} · ${next}`);
  if (6 + LABEL + columns(both) <= look.width) return [`${label}${both}`];
  return [`${label}${read}`, `${' '.repeat(6 + LABEL)}${next}`];
}

function renderTypes(problems: readonly TypeProblem[] | null, failed: boolean, look: Look): string[] {
  if (!problems || problems.length === 0) return [];
  const { colours, text } = page(look);
  const first = problems.slice(0, 3).flatMap((problem) => {
    const where = `${problem.file.replace(/^.*[/\\]/, '')}:${problem.line}:${problem.column}`;
    return wrap(text(`${where} ${problem.message}`), look.width - 6).map((line) => `      ${line}`);
  });
  const errors = problems.length === 1 ? 'a type error' : `${problems.length} type errors`;
  const title = `${errors}, which decided nothing${failed ? ', and may be why' : ''}`;
  const more = problems.length > 3 ? [`      ${text('…')} and ${problems.length - 3} more`] : [];
  return ['', `  ${colours.unsure(text('·'))} ${title}`, ...first, ...more];
}

function renderPicture(result: CheckResult, look: Look): string[] {
  const history = pictured(result);
  if (!history) return [];
  const evidence = result.findings.find(
    (each) => each.status === 'broken' && each.scenario === history.scenario,
  )?.evidence;
  const lanes = renderLanes(history, { ...look, width: Math.min(look.width, WIDEST) }, evidence);
  if (lanes.length === 0 || result.histories.length === 1) return lanes;
  const { colours, text } = page(look);
  return [colours.quiet(text(`  scenario: ${history.scenario}`)), ...lanes];
}

/** The run that decided the first broken finding; else the one that most was done to. */
function pictured(result: CheckResult): History | undefined {
  const scenario = result.findings.find((finding) => finding.status === 'broken')?.scenario;
  const faults = (history: History) => history.events.filter((event) => event.kind === 'fault').length;
  return (
    result.histories.find((history) => history.scenario === scenario) ??
    result.histories.toSorted((a, b) => faults(b) - faults(a))[0]
  );
}

function renderTotal(result: CheckResult, look: Look, picture?: { label: string; path: string }): string[] {
  const { colours, text } = page(look);
  const holding = result.findings.filter((finding) => finding.status === 'holds').length;
  const total = text(
    `${PREFIX[result.verdict]}${holding} of ${result.findings.length} hold · ${duration(result.durationMs)}`,
  );
  const paint = { passed: colours.good, failed: colours.bad, inconclusive: colours.unsure, fault: colours.unsure };
  const line = `  ${paint[result.verdict](total)}`;
  if (!picture) return [line];
  const where = `${picture.label} ${picture.path}`;
  const gap = Math.min(look.width, WIDEST) - columns(total) - 2 - columns(where);
  return gap >= 2 ? [`${line}${' '.repeat(gap)}${colours.quiet(where)}`] : [line, `  ${colours.quiet(where)}`];
}

const PREFIX: Readonly<Record<Verdict, string>> = {
  passed: 'passed · ',
  failed: '',
  inconclusive: 'inconclusive · ',
  fault: "the workbook's own fault, not yours · ",
};
