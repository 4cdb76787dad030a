// Where a link in a Markdown file leads within the site, and whether there is anything.
import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Page } from './book.ts';

export type Target =
  | { readonly kind: 'elsewhere'; readonly href: string }
  /** Another page, or this one. */
  | { readonly kind: 'page'; readonly file: string; readonly anchor: string }
  /** A file of the workbook that is shown as it is. */
  | { readonly kind: 'source'; readonly file: string }
  /** It is there, and there is nothing to show: a folder, or something too large. */
  | { readonly kind: 'name' }
  | { readonly kind: 'broken'; readonly why: string };

/** Larger files are not for reading. */
const LARGEST = 200_000;
/** What is the learner's, or the machine's, is no part of a book that somebody else may read. */
const PRIVATE = /(^|\/)(node_modules|\.workbook|\.git)(\/|$)|^lessons\/[^/]+\/exercise\.ts$/;

export function targetOf(href: string, from: Pick<Page, 'file'>, root: string): Target {
  if (/^(https?|mailto):/i.test(href)) return { kind: 'elsewhere', href };
  if (/^[a-z][a-z\d+.-]*:|^\//i.test(href)) return { kind: 'broken', why: `\`${href}\` does not lead to a file` };
  const [path = '', anchor = ''] = decoded(href).split('#');
  if (path === '') return { kind: 'page', file: from.file, anchor };
  const file = posix.normalize(posix.join(posix.dirname(from.file), path));
  if (file.startsWith('..')) return { kind: 'broken', why: `\`${href}\` leads out of the workbook` };
  const found = statSync(join(root, file), { throwIfNoEntry: false });
  if (!found) return { kind: 'broken', why: `there is no \`${file}\`` };
  if (file.endsWith('.md')) return { kind: 'page', file, anchor };
  if (!found.isFile() || found.size > LARGEST || PRIVATE.test(file)) return { kind: 'name' };
  return { kind: 'source', file };
}

/** From one path of the site to another: relative, so that it is the same on a server and in a folder. */
export function relativeTo(to: string, from: string): string {
  return encodeURI(posix.relative(posix.dirname(from), to)) || posix.basename(to);
}

function decoded(href: string): string {
  try {
    return decodeURI(href);
  } catch {
    return href;
  }
}
