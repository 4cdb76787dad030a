// Clause 8.4: a port that is taken when the program starts.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { PORT_TAKEN, saysThatThePortIsTaken } from '#checker';
import { ending, exit, judged, PORT, primaryDied, start, uncaught, wait, worker } from './history.ts';

const error = (text: string, t = 300): Event => ({ kind: 'output', t, stream: 'stderr', text });
const out = (text: string, t = 300): Event => ({ kind: 'output', t, stream: 'stdout', text });
const given = wait(PORT_TAKEN, 5, 320);
const inVain = wait(PORT_TAKEN, 5, 5005, false);
const two = [...worker(1, 10, null), ...worker(2, 11, null)];
const judge = (...events: readonly Event[]) => judged(saysThatThePortIsTaken, start(2), ...events);

describe('8.4 the port is taken', () => {
  test('holds with one line among others, in one piece or in several', () => {
    const said = error(`warning: old\nport ${PORT} is taken\n`);
    expect(judge(...two, said, given, primaryDied(320), ...ending(330))).toMatchObject({
      status: 'holds',
      summary: expect.stringContaining(`“port ${PORT} is taken”, code 1`),
    });
    const pieces = [error('listen EADDRINUSE: address already in use :::400'), error('00\n', 301)];
    expect(judge(...pieces, given, primaryDied(320), ...ending(330)).status).toBe('holds');
    expect(judge(error(`\u001B[31mError: ${PORT}\u001B[0m`), given, primaryDied(320), ...ending(330)).status).toBe(
      'holds',
    );
  });

  test('is broken without a line that names the port', () => {
    const silent = judge(error('cannot start\n'), given, primaryDied(320), ...ending(330));
    expect(silent.observed).toContain(`no line on standard error names port ${PORT}`);
    expect(judge(error(`pid 1${PORT}\n`), given, primaryDied(320), ...ending(330)).status).toBe('broken');
    expect(judge(out(`port ${PORT} is taken\n`), given, primaryDied(320), ...ending(330)).cause).toContain(
      'on standard output',
    );
  });

  test('is broken by another code', () => {
    const said = error(`port ${PORT} is taken\n`);
    expect(judge(said, given, primaryDied(320, 0), ...ending(330)).cause).toContain('code 0 says that all went well');
    expect(judge(said, given, primaryDied(320, 3), ...ending(330)).status).toBe('broken');
  });

  test('is broken by a program that does not end, or forks again and again', () => {
    const said = error(`port ${PORT} is taken\n`);
    expect(judge(...two, said, inVain, ...ending(5010)).observed).toBe(
      '5.0 s after its start it still ran, 2 workers forked',
    );
    expect(judge(...two, exit(1, 50), exit(2, 51), inVain, ...ending(5010)).cause).toContain('the primary goes on');
    const five = [1, 2, 3, 4, 5].flatMap((number) => worker(number, 10 * number, null));
    expect(judge(...five, said, given, primaryDied(320), ...ending(330)).observed).toBe(
      '5 workers forked until it ended',
    );
    expect(judge(...five, inVain, ...ending(5010)).status).toBe('broken');
    expect(judge(...five.slice(0, 4), said, given, primaryDied(320), ...ending(330)).status).toBe('holds');
    const bounded: Event = { kind: 'bounded', t: 900, what: 'forks', detail: '100 forks in 900 ms' };
    expect(judge(bounded, ...ending(910)).observed).toContain('100 forks');
  });

  test('tells why workers die, and not what one says when another is gone', () => {
    const five = [1, 2, 3, 4, 5].flatMap((number) => worker(number, 10 * number, null));
    const because = (why: string) => judge(...five, uncaught(1, 40, why), inVain, ...ending(5010)).cause;
    expect(because('Error: listen EADDRINUSE: address already in use')).toContain('replaced by another one');
    expect(because('Error: write EPIPE')).toContain('replaced by another one');
    expect(because('TypeError: app is not a function')).toContain('TypeError');
  });

  test('is open on a machine that cannot tell, and where nobody waited', () => {
    const slow = wait(PORT_TAKEN, 5, 22_000, false, { stretch: 6 });
    expect(judge(slow, ...ending(22_010)).status).toBe('inconclusive');
    const late = wait(PORT_TAKEN, 5, 6005, true, { limit: 6250, stretch: 2 });
    const said = error(`port ${PORT} is taken\n`);
    expect(judge(said, late, primaryDied(6005), ...ending(6010)).status).toBe('inconclusive');
    expect(judge(...ending(500)).status).toBe('inconclusive');
  });
});
