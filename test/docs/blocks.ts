// The code blocks of the book, as its tests read them. How a block is marked, after its language:
//
//   ```sh run       a test runs it, and it ends well within seconds
//   ```sh check     has a kept specimen judged; what is said of that one is tested with the specimens
//   ```ts           type-checked; `ts fragment` and `js` are parsed only
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import MarkdownIt, { type Token } from 'markdown-it';
import { workbookRoot } from '#workbook';

export interface Block {
  /** `docs/01-fork-per-core.md`. */
  readonly page: string;
  /** The page's how manieth block it is, from 1. */
  readonly number: number;
  /** `ts`, `sh run`, … */
  readonly kind: string;
  readonly code: string;
}

const parser = new MarkdownIt({ html: true });

export function pages(): readonly string[] {
  return readdirSync(join(workbookRoot, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
}

export function blocks(): readonly Block[] {
  return pages().flatMap((page) =>
    tokens(page)
      .filter(({ type }) => type === 'fence')
      .map(({ info, content }, index) => ({ page, number: index + 1, kind: info.trim(), code: content })),
  );
}

/** Where the links and pictures of a page lead. */
export function links(page: string): readonly string[] {
  return tokens(page).flatMap((token) => token.attrGet('href') ?? token.attrGet('src') ?? []);
}

export function read(file: string): string {
  return readFileSync(join(workbookRoot, file), 'utf8');
}

function tokens(page: string): Token[] {
  return parser.parse(read(page), {}).flatMap((token) => [token, ...(token.children ?? [])]);
}
