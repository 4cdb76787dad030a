// The pages that a live server serves, as text: places with names, which the scripts in browser/ fill.
import type { BoardId } from './browser/class.ts';
import type { Id } from './browser/live.ts';
import { SYMBOLS } from './symbols.ts';

/** It says nothing of any program: whoever has no key sees it too. */
export function livePage(): string {
  return sheet({
    title: 'Live page',
    name: 'live',
    body: `<a class="skip" href="#${id('sides')}">Skip to the picture</a>
${SYMBOLS}
<header class="top">
<h1 id="${id('title')}">Live page</h1>
<p id="${id('status')}" role="status">connecting …</p>
<div id="${id('tools')}" class="tools" role="group" aria-label="View"></div>
</header>
<main>
<div class="stage">
<section id="${id('beat')}" aria-label="Demonstration, step by step" hidden></section>
<div id="${id('still')}" role="group" aria-label="Step back" hidden></div>
<div id="${id('sides')}" tabindex="-1"></div>
</div>
<aside id="${id('controls')}" aria-label="Controls"></aside>
<div class="below">
<section id="${id('processes')}" aria-label="Processes"></section>
<section id="${id('output')}" aria-label="What the program printed"></section>
</div>
<section id="${id('key')}" aria-label="What the signs mean"></section>
</main>
<p id="${id('news')}" class="unseen" role="log" aria-live="polite"></p>
${overview()}`,
  });
}

/** The class board, to be read from the back of a room. */
export function classPage(): string {
  return sheet({
    title: 'Class board',
    name: 'class',
    body: `<header class="top">
<h1>Class board</h1>
<p id="${boardId('status')}" role="status">connecting …</p>
</header>
<main id="${boardId('board')}"></main>
${overview()}`,
  });
}

interface Sheet {
  readonly title: string;
  readonly name: 'live' | 'class';
  readonly body: string;
}

function sheet({ title, name, body }: Sheet): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/${name}.css">
<script src="/assets/${name}.js" defer></script>
</head>
<body>
${body}
</body>
</html>
`;
}

/** Of all keys; the script fills it. */
function overview(): string {
  return `<dialog id="${id('overview')}" aria-labelledby="${id('overview-title')}"></dialog>`;
}

function id(name: Id): string {
  return name;
}

function boardId(name: BoardId): string {
  return name;
}
