// Places in a chapter that Markdown has no form for, as a line of HTML that shows nothing elsewhere:
//
//   <div data-figure="rolling-restart"></div>   the picture docs/figures/rolling-restart.svg, to be stepped through
//   <div data-predictions></div>                the questions of this chapter's lesson
//
// Each becomes an element with the same attribute and a place inside it. Whatever fills one in by script finds it by that
// attribute, and brings its controls with it: without a script there is the picture, and no button that does nothing.
import type { Page } from './book.ts';

/** The HTML of a container, or null where it is none. `picture` gives the HTML of the picture with that name. */
export function container(html: string, page: Page, picture: (name: string) => string): string | null {
  const [, name, value] = /^\s*<div data-(figure|predictions)(?:="([a-z0-9-]*)")?>\s*<\/div>\s*$/.exec(html) ?? [];
  switch (name) {
    case 'figure':
      return value ? `<figure data-figure="${value}">${picture(value)}</figure>\n` : null;
    case 'predictions':
      return page.lesson === null ? '' : `<section data-predictions="${page.lesson}" hidden></section>\n`;
    default:
      return null;
  }
}
