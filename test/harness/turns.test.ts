// Turns at a rate, percentiles and the slowest of what was measured lately: with a clock of the test's own.
import { describe, expect, test } from 'vitest';
import { openLatencies, openSlowest } from '../../runner/harness/latencies.ts';
import { openTurns } from '../../runner/harness/turns.ts';

describe('turns', () => {
  test('the first comes at once, and the others at even distances', () => {
    const turns = openTurns(50);
    expect([turns(1000), turns(1000), turns(1000)]).toEqual([0, 20, 40]);
    expect(turns(1010)).toBe(50);
  });

  test('what was late is made up for, and not for more than a tenth of a second', () => {
    const turns = openTurns(100);
    expect(turns(0)).toBe(0);
    const atOnce = (now: number): number => {
      let count = 0;
      while (turns(now) === 0) count += 1;
      return count;
    };
    expect(atOnce(50)).toBe(5);
    expect(atOnce(60_000)).toBe(11);
  });

  test('of any number of clients, no more than the rate go on over a long time', () => {
    const turns = openTurns(2000);
    let sent = 0;
    let waiting = Array.from({ length: 30 }, () => turns(0));
    for (let now = 0; now < 1000; now += 1) {
      waiting = waiting.map((at) => {
        if (at > now) return at;
        sent += 1;
        return now + turns(now);
      });
    }
    expect(sent).toBeGreaterThan(1900);
    expect(sent).toBeLessThanOrEqual(2200);
  });
});

describe('latencies', () => {
  test('nothing is told where nothing was measured', () => {
    const latencies = openLatencies(() => 0);
    expect(latencies.percentiles()).toEqual({ p50: null, p99: null });
  });

  test.each([0.2, 1, 7, 42, 300, 2999])('a latency of %s ms is told within 3 %%', (ms) => {
    const latencies = openLatencies(() => 0);
    for (let n = 0; n < 100; n += 1) latencies.add(ms);
    const { p50, p99 } = latencies.percentiles();
    expect(p50).toBe(p99);
    expect(Math.abs((p50 as number) / ms - 1)).toBeLessThan(0.03);
  });

  test('the slowest of a hundred is the 99th percentile only where they are two', () => {
    const latencies = openLatencies(() => 0);
    for (let n = 0; n < 99; n += 1) latencies.add(1);
    latencies.add(1000);
    expect(latencies.percentiles().p99).toBeLessThan(2);
    latencies.add(1000);
    expect(latencies.percentiles().p99).toBeGreaterThan(900);
  });

  test('what is older than two seconds is forgotten, piece by piece or all at once', () => {
    let now = 0;
    const latencies = openLatencies(() => now);
    latencies.add(100);
    now = 1000;
    latencies.add(1);
    now = 1900;
    expect(latencies.percentiles().p99).toBeGreaterThan(90);
    now = 2100;
    expect(latencies.percentiles().p99).toBeLessThan(2);
    now = 1e6;
    expect(latencies.percentiles()).toEqual({ p50: null, p99: null });
    latencies.add(5);
    expect(latencies.percentiles().p50).toBeGreaterThan(4);
  });
});

test('the slowest answer is told for five seconds, and then the slowest of those that came later', () => {
  let now = 0;
  const slowest = openSlowest(() => now);
  expect(slowest.ms()).toBeNull();
  slowest.add(1000);
  slowest.add(3);
  now = 2000;
  slowest.add(40);
  now = 4400;
  expect(slowest.ms()).toBe(1000);
  now = 5100;
  expect(slowest.ms()).toBe(40);
  now = 1e6;
  expect(slowest.ms()).toBeNull();
});
