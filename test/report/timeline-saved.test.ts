// Where the timeline of a run is kept, and that it decides nothing.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Event } from '#history';
import { failed, setScene } from '../cli/surroundings.ts';
import { history } from './example.ts';

const NO_TYPES = '--no-type-check';

test('a check draws its run beside the histories, and says where', async () => {
  const scene = setScene();
  const { code, out, err } = await scene.run('check', '3', NO_TYPES);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out).toContain('timeline .workbook/runs/03/latest/timeline.html');
  const folder = join(scene.root, '.workbook/runs/03/latest');
  expect(readdirSync(folder).toSorted()).toEqual(['kill.jsonl', 'timeline.html']);
  expect(readFileSync(join(folder, 'timeline.html'), 'utf8')).toMatch(/worker 4 \(pid 4152\).*<\/html>\s*$/s);
});

test('a run that is kept has its timeline too, and a replay draws it again there', async () => {
  const scene = setScene();
  await scene.run('check', '3', '--keep', NO_TYPES);
  const runs = join(scene.root, '.workbook/runs/03');
  const kept = readdirSync(runs).find((name) => name !== 'latest') ?? '';
  const path = join(runs, kept, 'timeline.html');
  expect(existsSync(path)).toBe(true);
  rmSync(path);
  const { code, out, err } = await scene.run('check', '3', '--replay', kept);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out.replace(/\s+/g, ' ')).toContain(`timeline .workbook/runs/03/${kept}/timeline.html`);
  expect(readFileSync(path, 'utf8')).toContain('</html>');
});

test('one that cannot be drawn costs a line, and neither the verdict nor the histories', async () => {
  const nameless = { kind: 'step', t: 40 } as Event;
  const spoilt = { ...history, events: [...history.events, nameless] };
  const scene = setScene({ judge: async () => ({ ...failed, histories: [spoilt] }) as typeof failed });
  const { code, out, err } = await scene.run('check', '3', NO_TYPES);
  expect(code).toBe(1);
  expect(out).toContain('2 of 4 hold');
  expect(err).toMatch(/^The timeline could not be drawn: .*\n$/);
  expect(readdirSync(join(scene.root, '.workbook/runs/03/latest'))).toEqual(['kill.jsonl']);
});

test('one that cannot be written costs a line of a replay, and neither verdict nor exit code', async () => {
  const scene = setScene();
  await scene.run('check', '3', NO_TYPES);
  const path = join(scene.root, '.workbook/runs/03/latest/timeline.html');
  rmSync(path);
  mkdirSync(path);
  const { code, out, err } = await scene.run('check', '3', '--replay', 'latest');
  expect(code).toBe(1);
  expect(out).toContain('2 of 4 hold');
  expect(out).not.toContain('timeline.html');
  expect(err).toMatch(/^The timeline could not be drawn: .*\n$/);
});
