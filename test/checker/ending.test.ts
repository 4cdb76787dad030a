// Clause 0.6: the end of the program.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { endsWithItsPrimary } from '#checker';
import { closed, ending, pidOf, start, upAndListening, judged } from './history.ts';

const two = upAndListening(2);

describe('0.6 nothing outlives the primary', () => {
  test('holds where nothing is left', () => {
    expect(judged(endsWithItsPrimary, ...two, ...ending(500))).toMatchObject({ status: 'holds', judged: 3 });
  });

  test('is broken by a worker that is left', () => {
    const opinion = judged(endsWithItsPrimary, ...two, ...ending(500, [pidOf(2), 77]));
    expect(opinion).toMatchObject({ status: 'broken' });
    expect(opinion.observed).toContain('worker 2 (pid 1002) and pid 77 still ran');
  });

  test('is open where the end was not seen, or was the workbook’s', () => {
    expect(judged(endsWithItsPrimary, ...two).status).toBe('inconclusive');
    const bounded: Event = { kind: 'bounded', t: 200, what: 'memory', detail: '9 GiB' };
    const opinion = judged(endsWithItsPrimary, ...two, bounded, ...ending(500));
    expect(opinion.status).toBe('inconclusive');
    expect(opinion.summary).toMatch(/^the program was stopped after 200 ms: 9 GiB; it keeps what it allocates/);
    expect(judged(endsWithItsPrimary, start(2), ...ending(500)).status).toBe('inconclusive');
  });
});

describe('0.6 tells why', () => {
  const end = (how: object, ...events: readonly Event[]) =>
    judged(
      endsWithItsPrimary,
      ...two,
      ...events,
      ...ending(500).map((event) => (event.kind === 'left' ? { ...event, ...how } : event)),
    );

  test('a worker that is leaving no longer ends by itself, disconnected already or with requests under way', () => {
    const disconnect: Event = { kind: 'disconnect', t: 400, worker: 2, pid: pidOf(2) };
    for (const leaves of [disconnect, closed(2, 400)]) {
      expect(end({ pids: [pidOf(1), pidOf(2)] }, leaves).cause).toContain('is leaving by disconnect()');
      expect(end({ pids: [pidOf(1), 77] }, leaves).cause).toContain('do not notice');
    }
    expect(end({ pids: [pidOf(2)] }, closed(2, 600)).cause).toContain('do not notice');
  });

  test('with what was left, and how the primary ended', () => {
    const opinion = end({ pids: [pidOf(2), 77], port: true, after: 2100 });
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 3,
      observed: '2.1 s after the primary’s end (SIGKILL) worker 2 (pid 1002) and pid 77 still ran and held the port',
    });
    expect(opinion.evidence).toMatchObject([{ kind: 'ended' }, { kind: 'left' }, { worker: 2 }, undefined]);
    expect(end({ pids: [77] }).observed).toMatch(/ still ran$/);
    expect(end({}).summary).toBe('nothing left 4 ms after the primary’s end (SIGKILL)');
  });

  test('where only strangers are left', () => {
    const left = ending(500, [77]);
    expect(judged(endsWithItsPrimary, start(2), ...left)).toMatchObject({ status: 'broken', judged: 1 });
    const unseen = left.filter(({ kind }) => kind !== 'ended');
    expect(judged(endsWithItsPrimary, ...two, ...unseen).summary).toBe('the end of the program was not seen');
    expect(judged(endsWithItsPrimary, ...two, ...left.filter(({ kind }) => kind !== 'left')).status).toBe(
      'inconclusive',
    );
  });
});
