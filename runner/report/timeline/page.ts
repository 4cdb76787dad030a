// The timeline of a run: one file with everything in it, that asks for nothing and takes nothing of a program for markup.
import type { History } from '#history';
import { duration } from '../numbers.ts';
import type { CheckResult } from '../result.ts';
import { draw } from './draw.ts';
import { names } from './names.ts';
import { KEY, SYMBOLS } from './symbols.ts';
import { escape } from './escape.ts';
import { dimming, findingsOf, targetsOf } from './findings.ts';
import type { Owner } from './requests.ts';
import { type Picture, pictureOf } from './picture.ts';
import { SCRIPT, SCRIPT_HASH } from './script.ts';
import { STYLE } from './style.ts';
import { twin } from './twin.ts';

/** Marks in a whole run: with them the page stays below 300 kB. */
const MOST_MARKS = 360;
const FEWEST = 30;

/**
 * A whole HTML document. `ownersIn` says whose a request was: the checker's own account, so that the picture cannot
 * disagree with the verdict.
 */
export function renderTimeline(result: CheckResult, ownersIn: (history: History) => { readonly owner: Owner }): string {
  const room = Math.max(FEWEST, Math.floor(MOST_MARKS / Math.max(1, result.histories.length)));
  const pictures = inOrder(result).flatMap((history) => {
    const picture = pictureOf(history, result.findings, ownersIn(history).owner, room);
    return picture ? [picture] : [];
  });
  const title = `Lesson ${result.lesson.number} · ${result.lesson.title}`;
  const policy = `default-src 'none'; script-src 'sha256-${SCRIPT_HASH}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)} · timeline</title>
<style>${STYLE}${dimming(result.findings)}</style>
</head>
<body>
${SYMBOLS}
<header>
<h1>${escape(title)}</h1>
${factsOf(result)}
</header>
<main>
<h2 id="findings">${verdictOf(result)}</h2>
${findingsOf(result, new Set(pictures.map(({ history }) => history.scenario)))}
${pictures.length > 1 ? contents(pictures) : ''}
${pictures.length === 0 ? '<p>No program was started, so there is nothing to draw.</p>' : KEY}
${pictures.map((picture, index) => section(picture, result, index)).join('\n')}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** Where something broke comes first. */
function inOrder({ histories, findings }: CheckResult): History[] {
  const broken = findings.flatMap(({ status, scenario }) =>
    status === 'broken' && scenario !== null ? [scenario] : [],
  );
  const rank = ({ scenario }: History) => (broken.includes(scenario) ? broken.indexOf(scenario) : broken.length);
  return histories.toSorted((a, b) => rank(a) - rank(b));
}

function factsOf({ file, histories }: CheckResult): string {
  const [first] = histories;
  const run = first
    ? `, run at ${first.startedAt.replace('T', ' ').slice(0, 16)} UTC with Node ${first.node} on ${first.platform}`
    : '';
  return `<p class="facts"><code>${escape(file)}</code>${escape(run)}</p>`;
}

function verdictOf({ verdict, findings, durationMs }: CheckResult): string {
  const holding = findings.filter(({ status }) => status === 'holds').length;
  const words = verdict === 'fault' ? 'the workbook’s own fault, not yours' : verdict;
  const classes = verdict === 'fault' ? 'fault-of-ours' : verdict;
  return `<span class="${classes}">${words}</span> <small>${holding} of ${findings.length} hold · ${duration(durationMs)}</small>`;
}

function contents(pictures: readonly Picture[]): string {
  const links = pictures.map(
    ({ history }, index) => `<li><a href="#run-${index + 1}">${escape(history.scenario)}</a></li>`,
  );
  return `<nav aria-label="Scenarios"><ul>${links.join('')}</ul></nav>`;
}

function section(picture: Picture, result: CheckResult, index: number): string {
  const { history, account, messages, out, steps } = picture;
  const name = history.scenario;
  const lines = [account, ...(messages === null ? [] : [`messages: ${messages}`]), ...out];
  return `<section aria-labelledby="run-${index + 1}">
<h2 id="run-${index + 1}">${escape(name)}</h2>
<p class="facts">${lines.map(escape).join(' · ')}</p>
${targetsOf(result.findings, name)}
<div class="scroll" role="region" tabindex="0" aria-label="Picture of ${escape(name)}">
<div class="picture">
${names(picture)}
<div>${draw(picture, `Timeline of ${name}; arrow keys go from mark to mark`)}</div>
</div>
</div>
${steps.length === 0 ? '' : `<ol class="steps">${steps.map((step, i) => `<li>${i + 1} ${escape(step.name)}</li>`).join('')}</ol>`}
${twin(picture, name)}
</section>`;
}
