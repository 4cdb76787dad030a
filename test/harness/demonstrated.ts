// Runs a program that stands in a string as a demonstration, for as long as a test looks at it.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workbookRoot } from '#workbook';
import {
  openDemonstration,
  type Demonstration,
  type DemonstrationOptions,
} from '../../runner/harness/demonstration.ts';
import type { Event, EventOf } from '../../runner/harness/history.ts';
import { openRig } from '../../runner/harness/rig.ts';

export interface Demonstrated extends Demonstration {
  /** All that was told so far, in the order in which it came. */
  readonly events: readonly Event[];
  of<K extends Event['kind']>(kind: K): EventOf<K>[];
  /** All that was printed so far. */
  printed(stream?: 'stdout' | 'stderr'): string;
}

/** CommonJS. Nothing of it is left afterwards, and neither is the file. */
export async function demonstrate(
  source: string,
  look: (demonstration: Demonstrated) => Promise<void>,
  options: Partial<DemonstrationOptions> = {},
): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'demonstrated-')));
  const file = join(folder, 'program.cjs');
  writeFileSync(file, source);
  const opened = await openRig({ file, workbook: workbookRoot, scratch: join(folder, 'scratch') });
  if (opened.kind !== 'rig') throw new Error('the program cannot be run');
  const events: Event[] = [];
  try {
    const demonstration = await openDemonstration(opened.rig, {
      cores: 2,
      policy: 'rr',
      slow: { path: '/slow?ms=300', dueIn: 300 },
      signal: new AbortController().signal,
      ...options,
      onEvent(event) {
        events.push(event);
        options.onEvent?.(event);
      },
    });
    const of = <K extends Event['kind']>(kind: K) => events.filter((event): event is EventOf<K> => event.kind === kind);
    try {
      await look({
        ...demonstration,
        events,
        of,
        printed: (stream = 'stdout') =>
          of('output')
            .filter((event) => event.stream === stream)
            .map(({ text }) => text)
            .join(''),
      });
    } finally {
      await demonstration.end();
    }
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
