// The questions of a lesson as forms of its chapter's page. What becomes of a guess is the script's affair; while the book
// is served a run answers it, else the one that is recorded.
import { join, relative, sep } from 'node:path';
import type MarkdownIt from 'markdown-it';
import { findLessons, type Lesson, type Prediction, readRecorded } from '#workbook';
import { newParser } from '../markdown.ts';
import type { Page } from './book.ts';
import { escapeHtml } from '../escape.ts';
import type { Key } from './predictions-key.ts';

export interface QuestionsOptions {
  readonly root: string;
  /** What a page says to have something run; null where there is nobody to run it. */
  readonly token: string | null;
  /** The address of a file of the workbook, shown as it is. */
  readonly linkTo: (file: string) => string;
}

export interface Questions {
  /** Empty where there are none. */
  readonly html: string;
  /** What leads nowhere, as sentences. */
  readonly problems: readonly string[];
}

/** Rejects where the lesson's data cannot be loaded. */
export async function questionsOf(page: Page, options: QuestionsOptions): Promise<Questions> {
  const lesson = findLessons(options.root).find(({ id }) => id === page.lesson);
  if (!lesson) return { html: '', problems: [] };
  const { predictions } = await lesson.load();
  const md = await newParser();
  const heading = (read: string) => page.headings.find(({ anchor }) => anchor === read);
  return {
    html: `${predictions.map((each) => form(each, lesson, heading(each.read)?.text ?? '', md, options)).join('\n')}\n`,
    problems: predictions
      .filter(({ read }) => heading(read) === undefined)
      .map(({ id, read }) => `${page.file}: the prediction ${id} leads to \`#${read}\`, and there is no such heading`),
  };
}

function form(
  prediction: Prediction,
  lesson: Lesson,
  heading: string,
  md: MarkdownIt,
  { token, linkTo }: QuestionsOptions,
): string {
  const { id, title, question, because, read } = prediction;
  const secret = token === null ? '' : `<input type="hidden" name="token" value="${escapeHtml(token)}">`;
  return `<form class="prediction" data-prediction="${id}" data-key="${escapeHtml(JSON.stringify(keyOf(prediction, lesson)))}">
<fieldset>
<legend>${escapeHtml(title)}</legend>
<p>${md.renderInline(question)}</p>
<p class="program">with ${program(prediction, lesson, linkTo)}</p>
<div class="guess">${secret}${guess(prediction)}<button type="submit">Predict</button></div>
</fieldset>
<div class="outcome" role="status"></div>
<template class="because">${md.renderInline(because)}</template>
<template class="why">Read why: <a href="#${encodeURI(read)}">${escapeHtml(heading)}</a></template>
</form>`;
}

function guess({ choices }: Prediction): string {
  if (choices === undefined)
    return `<label>You say <input type="number" name="guess" min="0" max="999999999" step="1" required autocomplete="off"></label>`;
  return Object.entries(choices)
    .map(
      ([value, text]) =>
        `<label class="choice"><input type="radio" name="guess" value="${escapeHtml(value)}" required> <span>${escapeHtml(text)}</span></label>`,
    )
    .join('\n');
}

/** The solution is only named: whoever wants to see it asks for it. */
function program({ program: file }: Prediction, lesson: Lesson, linkTo: (file: string) => string): string {
  if (file === undefined) return 'the solution';
  const shown = relative(lesson.root, join(lesson.folder, file)).replaceAll(sep, '/');
  return `<a href="${escapeHtml(linkTo(shown))}"><code>${escapeHtml(shown.replace(/^.*\//, ''))}</code></a>`;
}

function keyOf({ id, answer }: Prediction, lesson: Lesson): Key {
  const recorded = readRecorded(lesson);
  const said = recorded?.answers[id];
  if (!recorded || !said) return { answer, recorded: null };
  const { node, cores, date } = recorded;
  const day = new Date(date).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  const when = `recorded on Node ${node}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${day}`;
  return { answer, recorded: { ...said, when } };
}
