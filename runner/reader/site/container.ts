// Places in a chapter that Markdown has no form for, as HTML:
//
//   <div data-figure="rolling-restart"></div>   the picture docs/figures/rolling-restart.svg, to be stepped through
//   <div data-predictions></div>                the questions of this chapter's lesson
//
// The first may have an <img> of its picture inside, for readers of the bare Markdown; elsewhere the second shows nothing.
// Each becomes an element with the same attribute and a place inside it. Whatever fills one in by script finds it by that
// attribute, and brings its controls with it: without a script there is the picture, and no button that does nothing.
import type { Page } from './book.ts';

/**
 * The HTML of a container, or null where it is none. `picture` gives the HTML of the picture with that name, `questions`
 * are those of the page's lesson, as HTML.
 */
export function container(
  html: string,
  page: Page,
  questions: string,
  picture: (name: string) => string,
): string | null {
  const [, name, value] =
    /^\s*<div data-(figure|predictions)(?:="([a-z0-9-]*)")?>\s*(?:<img [^>]*>\s*)?<\/div>\s*$/.exec(html) ?? [];
  switch (name) {
    case 'figure':
      return value ? `<figure data-figure="${value}">${picture(value)}</figure>\n` : null;
    case 'predictions':
      return page.lesson === null ? '' : `<section data-predictions="${page.lesson}" hidden>${questions}</section>\n`;
    default:
      return null;
  }
}
