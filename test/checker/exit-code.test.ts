// Clause 5.4: GET /exit?code=N answers, then its worker exits with that code, is told so, and is replaced.
import { expect, test } from 'vitest';
import type { Event } from '#history';
import { EXIT, exitsWithItsCode } from '#checker';
import { exit, judged, lost, primaryDied, taken, wait, worker } from './history.ts';
import { asked, exitWith, life, OLD, reading, told, up } from './lives.ts';

const crashed = (code: number, how = {}) => told(1, 'exited', { code, planned: false, ...how });
const gone = wait(EXIT.gone(1), OLD + 2, OLD + 10);
const replaced = wait(EXIT.replaced(1), OLD + 10, OLD + 90);

interface Run {
  readonly end?: Event;
  readonly entry?: object;
  readonly heirs?: readonly Event[];
  readonly waits?: readonly Event[];
}

/** Worker 1 is asked to exit with a code, and everything is right but for what is given. */
const says = (code: number, run: Run = {}) => {
  const {
    end = exitWith(1, OLD + 5, code),
    entry = crashed(code),
    heirs = life(3, OLD + 10),
    waits = [gone, replaced],
  } = run;
  const all = [entry, told(2), ...(heirs.length === 0 ? [] : [told(3)])];
  return judged(
    exitsWithItsCode,
    ...up(2),
    ...asked(1, OLD, `/exit?code=${code}`),
    end,
    ...heirs,
    ...waits,
    ...reading(2, 2 * OLD, all),
  );
};

test('5.4 holds with any code, 0 too', () => {
  for (const code of [0, 1, 7, 255]) expect(says(code)).toMatchObject({ status: 'holds', judged: 1 });
});

test('5.4 is broken by another end than the one that was asked for', () => {
  expect(says(7, { end: exitWith(1, OLD + 5, 1) }).observed).toContain('was asked for code 7, and ended with code 1');
  expect(says(7, { end: exit(1, OLD + 5, { signal: 'SIGTERM' }) }).cause).toContain('ended by a signal');
  expect(says(7, { end: exitWith(1, OLD + 5, 7, true) }).cause).toContain('disconnects before it exits');
});

test('5.4 is broken where the end is told otherwise', () => {
  expect(says(0, { entry: crashed(0, { planned: true }) }).cause).toContain('not whether the code is 0');
  expect(says(7, { entry: crashed(7, { code: null }) }).status).toBe('broken');
  expect(says(7, { entry: told(1) }).cause).toContain('not written down');
});

test('5.4 is broken where it is not replaced, or more than once', () => {
  const never = wait(EXIT.replaced(1), OLD + 10, OLD + 5010, false);
  expect(says(0, { heirs: [], waits: [gone, never] }).cause).toContain('code 0 is taken for a planned one');
  expect(says(7, { heirs: [], waits: [gone, never] }).cause).toContain('not every exit');
  const nothing = wait(EXIT.replaced(1), OLD + 10, OLD + 310, false, { quiescent: true });
  expect(says(0, { heirs: [], waits: [gone, nothing] }).observed).toContain(
    '300 ms later, with nothing more under way, there were not as many workers as before',
  );
  const two = [...life(3, OLD + 10), ...worker(4, OLD + 12, OLD + 60)];
  const opinion = judged(
    exitsWithItsCode,
    ...up(2),
    ...asked(1, OLD, '/exit?code=7'),
    exitWith(1, OLD + 5, 7),
    ...two,
    gone,
    replaced,
    ...reading(2, 2 * OLD, [crashed(7), told(2), told(3), told(4)]),
  );
  expect(opinion).toMatchObject({
    status: 'broken',
    observed: expect.stringContaining('2 workers were forked for it'),
  });
});

test('5.4 is broken where the request is not answered', () => {
  const path = '/exit?code=7';
  const missing = judged(exitsWithItsCode, ...up(2), ...asked(1, OLD, path, { status: 404 }));
  expect(missing).toMatchObject({ status: 'broken', cause: 'the path has no handler' });
  const cut = lost('closed', OLD, { path });
  expect(judged(exitsWithItsCode, ...up(2), cut, taken(1, OLD, cut.conn), exitWith(1, OLD + 1, 7)).cause).toContain(
    'before its answer is out',
  );
  expect(judged(exitsWithItsCode, ...up(2), lost('hanging', OLD, { path })).cause).toContain('every whole number');
  expect(judged(exitsWithItsCode, ...up(2), cut, primaryDied(OLD + 5)).observed).toContain('the primary');
});

test('5.4 is broken where the worker lives on', () => {
  const alive = wait(EXIT.gone(1), OLD + 2, OLD + 5002, false);
  const opinion = judged(exitsWithItsCode, ...up(2), ...asked(1, OLD, '/exit?code=7'), alive);
  expect(opinion).toMatchObject({ status: 'broken', cause: expect.stringContaining('process.exitCode') });
});

test('5.4 is open where too little was seen', () => {
  expect(judged(exitsWithItsCode, ...up(2)).status).toBe('inconclusive');
  expect(judged(exitsWithItsCode, ...up(2), ...asked(1, OLD, '/exit?code=7')).status).toBe('inconclusive');
  expect(says(7, { waits: [gone] }).status).toBe('inconclusive');
  expect(judged(exitsWithItsCode, ...up(2), lost('unfinished', OLD, { path: '/exit?code=7' })).judged).toBe(0);
  const unread = [...asked(1, OLD, '/exit?code=7'), exitWith(1, OLD + 5, 7), ...life(3, OLD + 10), gone, replaced];
  expect(judged(exitsWithItsCode, ...up(2), ...unread).summary).toContain('no worker was asked');
});

test('5.4 is open where only the machine explains it', () => {
  const late = wait(EXIT.replaced(1), OLD + 10, OLD + 9000, true, { limit: 11_250, stretch: 6 });
  expect(says(7, { waits: [gone, late] }).summary).toContain('too busy');
  const never = wait(EXIT.replaced(1), OLD + 10, OLD + 9000, false, { stretch: 6 });
  expect(says(7, { waits: [gone, never] }).summary).toContain('too busy');
  const alive = wait(EXIT.gone(1), OLD + 2, OLD + 9000, false, { stretch: 6 });
  expect(judged(exitsWithItsCode, ...up(2), ...asked(1, OLD, '/exit?code=7'), alive).summary).toContain('too busy');
});
