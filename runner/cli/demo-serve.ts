// Serves the live page of a show until Ctrl-C, and then closes all that was opened, whatever of it fails.
import { once } from 'node:events';
import { join } from 'node:path';
import type * as Live from '#live';
import type { Serving, Show } from '#live';
import { findLessons, load } from '#workbook';
import { isOpen } from '../live/names.ts';
import type * as ClassModule from './demo-class.ts';
import { type Door, openDoor } from './demo-door.ts';
import { DONE, UNTOLD } from './exit.ts';
import { listenForInterrupt } from './interrupt.ts';
import { openBrowser } from './open-browser.ts';
import type { Surroundings } from './surroundings.ts';
import { command } from './usage.ts';

export interface Opened {
  readonly show: Show;
  /** When the page is served. */
  begin(): Promise<void>;
  close(): Promise<void>;
}

/** How it is served. */
export interface Place {
  /** 0 for a free one. */
  readonly port: number;
  readonly host: string;
  readonly class: boolean;
  readonly open: boolean;
}

export function loadServer(): Promise<typeof Live> {
  return load<typeof Live>(join(import.meta.dirname, '../live/index.ts'));
}

export async function serve({ show, begin, close }: Opened, place: Place, surroundings: Surroundings): Promise<number> {
  const { stderr, root } = surroundings;
  const interrupt = listenForInterrupt();
  let serving: Serving | null = null;
  let door: Door | null = null;
  try {
    const { serveLive } = await loadServer();
    serving = await serveLive({
      show,
      port: place.port,
      host: place.host,
      ...(place.class ? { class: { lessons: await lessonsOfTheBoard(root) } } : {}),
    });
    tellAddresses(serving, place, surroundings);
    if (place.open) {
      door = openDoor(serving.address, root);
      openBrowser(door.address, surroundings);
    }
    if (interrupt.signal.aborted) return DONE;
    const interrupted = once(interrupt.signal, 'abort');
    begin().catch((error: unknown) => stderr.write(`It could not be started: ${String(error)}\n`));
    await interrupted;
    return DONE;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || !['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'].includes(code)) throw error;
    const next = code === 'EADDRINUSE' || code === 'EACCES' ? 'takes a free port' : 'serves this machine alone';
    stderr.write(`The page cannot be served: ${message}\n  next  ${command('demo')}   ${next}\n`);
    return UNTOLD;
  } finally {
    try {
      await close();
    } finally {
      await serving?.close();
      door?.remove();
      interrupt.release();
    }
  }
}

async function lessonsOfTheBoard(root: string): ReturnType<typeof ClassModule.classLessons> {
  const { classLessons } = await load<typeof ClassModule>(join(import.meta.dirname, 'demo-class.ts'));
  return classLessons(findLessons(root));
}

function tellAddresses({ address, board }: Serving, { host }: Place, { stdout, stderr }: Surroundings): void {
  stdout.write(`The live page is at ${address}   until Ctrl-C\n`);
  if (board) {
    stdout.write(`The class board is at ${board.address}   for the projector: it can do nothing but be read\n`);
    stdout.write(`Learners report to it with  npm run check -- --report ${board.reportTo}\n`);
    if (!isOpen(host))
      stderr.write(
        'Only this machine reaches the board.\n  next  give `--host 0.0.0.0` to let other machines report\n',
      );
  }
  if (isOpen(host))
    stderr.write(
      'Other machines can reach it: whoever has the address of the page can do all that the page can, and sees what your program prints.\n',
    );
}
