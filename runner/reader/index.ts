// The public face of the reader: Markdown and plain text for a terminal, and what pages in a browser are made with.
export { bundleForBrowser } from './bundle.ts';
export { escapeHtml } from './escape.ts';
export { type Heading, headings, slug } from './headings.ts';
export { type Look, lookOf } from './look.ts';
export { type Paint, type Palette, palette } from './paint.ts';
export { sectionOf } from './section.ts';
export { type Picture, renderMarkdown } from './terminal.ts';
export { ascii, columns, cut, pad, wrap } from './text.ts';
