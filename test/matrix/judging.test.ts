import { describe, expect, test } from 'vitest';
import { broken, holds, unknown, type Opinion, type Property } from '#checker';
import { HISTORY_SCHEMA, type Event, type History } from '#history';
import { judgeRun } from './judging.ts';

const start: Event = { kind: 'start', t: 0, pid: 10, cores: 2, cpus: 2, port: 20_002, env: {} };
const cleaned: Event = { kind: 'cleaned', t: 9, pids: [], port: false };

function historyOf(...events: Event[]): History {
  const header = { lesson: '01', scenario: 'once', file: 'a.ts', startedAt: '', node: 'v24.0.0', platform: 'linux' };
  return { schema: HISTORY_SCHEMA, ...header, events };
}

const WRONG = broken({ judged: 1, expected: 'one', observed: 'two', cause: 'three', evidence: [start] });
const RIGHT = holds(1, 'one');

function property(id: string, opinion: Opinion | (() => Opinion), needs: readonly string[] = []): Property {
  const judge = typeof opinion === 'function' ? opinion : () => opinion;
  return { id, says: `says ${id}`, read: 'docs/01-a.md#a', on: ['once'], needs, judge };
}

const fails = (...breaks: string[]) => ({ verdict: 'failed', breaks, mayBreak: [] }) as const;
const whole = historyOf(start, cleaned);

describe('a recorded run', () => {
  test('is judged with all properties, and with each taken away', () => {
    const properties = [property('1.1', WRONG), property('1.2', RIGHT)];
    const { outcome, findings, without } = judgeRun(fails('1.1'), properties, [whole]);
    expect(outcome).toEqual({ kind: 'as it must' });
    expect(findings.map(({ id, status }) => [id, status])).toEqual([
      ['1.1', 'broken'],
      ['1.2', 'holds'],
    ]);
    expect([...without.keys()]).toEqual(['1.1', '1.2']);
    expect(without.get('1.1')).toMatchObject({ kind: 'wrong', why: 'wrong, and passed' });
    expect(without.get('1.2')).toEqual({ kind: 'as it must' });
  });

  test('is not caught by what follows from the property that was taken away', () => {
    const properties = [property('1.1', WRONG), property('1.2', WRONG, ['1.1'])];
    const { outcome, without } = judgeRun(fails('1.1'), properties, [whole]);
    expect(outcome).toEqual({ kind: 'as it must' });
    // 1.2 is then no longer held back by 1.1
    expect(without.get('1.1')).toMatchObject({ kind: 'wrong', why: expect.stringContaining('1.2') });
  });

  test('is judged by each property once', () => {
    let times = 0;
    const counting = property('1.1', () => {
      times += 1;
      return unknown('who knows');
    });
    judgeRun({ verdict: 'passed' }, [counting, property('1.2', RIGHT), property('1.3', RIGHT)], [whole]);
    expect(times).toBe(1);
  });

  test.each<[string, readonly History[], string]>([
    ['without a history', [], 'nothing was recorded'],
    ['that does not say what it left', [historyOf(start)], 'does not say once'],
    ['that left a process', [historyOf(start, { ...cleaned, pids: [11, 12] })], 'left processes: 11, 12'],
    ['that left its port', [whole, historyOf(start, { ...cleaned, port: true })], 'left its port in use'],
  ])('%s is the workbook’s fault', (_what, histories, why) => {
    const { outcome } = judgeRun({ verdict: 'passed' }, [property('1.1', RIGHT)], histories);
    expect(outcome).toMatchObject({ kind: 'fault', why: expect.stringContaining(why) });
  });
});
