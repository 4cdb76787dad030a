// Tells when a file has another content than before, however the editor writes it: in place, or as a new file under the old name.
import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** An editor that empties the file before it writes needs about this long. */
const SETTLE_MS = 15;
/** A file that is still empty after this is meant to be. */
const EMPTY_MS = 150;

export interface Changes {
  readonly close: () => void;
}

/**
 * Calls `onChange` after each save that changed the content. The folder is watched, since a file that is replaced is
 * another file; its events are only hints (`fs.watch` loses some, and sends others twice): the content decides.
 */
export async function watchContent(
  file: string,
  onChange: () => void,
  onError: (error: Error) => void,
): Promise<Changes> {
  let known = await contentOf(file);
  let timer: NodeJS.Timeout | undefined;
  let reading = false;
  let again = false;

  const hinted = (after: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(after), after);
  };
  const look = async (after: number) => {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    try {
      const content = await contentOf(file);
      if (content === null || content === known) return;
      if (content === EMPTY && after < EMPTY_MS) {
        hinted(EMPTY_MS);
        return;
      }
      known = content;
      onChange();
    } finally {
      reading = false;
      if (again) {
        again = false;
        hinted(SETTLE_MS);
      }
    }
  };

  const watcher: FSWatcher = watch(dirname(file), () => hinted(SETTLE_MS));
  watcher.on('error', onError);
  return {
    close: () => {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

const EMPTY = createHash('sha256').digest('hex');

/** Null while there is no such file, as between the two halves of a replacement. */
async function contentOf(file: string): Promise<string | null> {
  const content = await readFile(file).catch(() => null);
  return content && createHash('sha256').update(content).digest('hex');
}
