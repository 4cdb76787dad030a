// What a check needs is made, or nothing of it is left.
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { workbookRoot } from '#workbook';
import { openRig } from '../../runner/harness/rig.ts';
import { until } from './until.ts';

test.each(['before', 'while'])(
  'aborted %s it is made, it does not wait for what may never come, and leaves nothing',
  async (when) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rig-')));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'program.ts');
    writeFileSync(file, 'const some: number = 1; console.log(some);');
    const scratch = join(folder, 'scratch');
    const abort = new AbortController();
    if (when === 'before') abort.abort(new Error('stopped'));
    const opening = openRig({ file, workbook: workbookRoot, scratch, signal: abort.signal });
    if (when === 'while') abort.abort(new Error('stopped'));
    await expect(opening).rejects.toThrow('stopped');
    await until(() => readdirSync(scratch).length === 0);
  },
);
