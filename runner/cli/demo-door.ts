// What `--open` gives to the browser: a file that leads to the page. The page's address has its key in it, and with what
// words a program was started is seen by everybody on this machine; the file is read by its owner alone.
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Door {
  /** `file:///…`, without the key. */
  readonly address: string;
  /** When the page is served no longer. */
  remove(): void;
}

/** Fails like any write. */
export function openDoor(address: string, root: string): Door {
  const folder = join(root, '.workbook', 'tmp');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `open-${randomUUID()}.html`);
  const { href } = new URL(address);
  const page = `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>The live page</title>
<meta http-equiv="refresh" content="0; url=${href}">
<p><a href="${href}">The live page</a></p>
`;
  writeFileSync(file, page, { mode: 0o600, flag: 'wx' });
  return {
    address: pathToFileURL(file).href,
    remove: () => rmSync(file, { force: true }),
  };
}
