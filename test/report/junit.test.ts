import { toUSVString } from 'node:util';
import { describe, expect, test } from 'vitest';
import { obstacleToJunit, toJunit } from '#report';
import { findings, result } from './example.ts';

describe('the JUnit report', () => {
  test('has a case a clause, and counts them by what became of them', () => {
    const xml = toJunit(result);
    expect(xml.match(/<testcase /g)).toHaveLength(4);
    expect(xml).toContain('tests="4" failures="1" errors="0" skipped="1" time="3.100"');
    expect(xml).toContain('name="3.4 a replacement&apos;s requests are counted"');
    expect(xml).toContain('observed  total stayed at 2,745');
  });

  test('never lets an inconclusive check look passed', () => {
    const xml = toJunit({ ...result, verdict: 'inconclusive', findings: [findings[0]!, findings[3]!] });
    expect(xml).toContain('failures="0" errors="1" skipped="0"');
    const fault = toJunit({ ...result, verdict: 'fault', findings: [findings[0]!] });
    expect(fault).toContain('errors="1"');
    expect(obstacleToJunit(result.lesson, 'a.ts', { what: 'x', why: 'y', next: 'z' })).toContain('errors="1"');
  });

  test('is well-formed XML whatever a program says', () => {
    const nasty = `<b attr="1">&amp; 'q' ]]> \u0000\u0008\u001b[31m \ud800 &#13; \r\n\t é 漢`;
    const xml = toJunit({
      ...result,
      file: nasty,
      findings: [{ ...findings[2]!, says: nasty, observed: nasty, cause: nasty }],
    });
    // What XML 1.0 has no place for, escaped or not.
    // oxlint-disable-next-line no-control-regex
    expect(xml).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/);
    expect(toUSVString(xml)).toBe(xml);
    const texts = [...xml.matchAll(/>([^<]+)</g)].map(([, text]) => text);
    const values = [...xml.matchAll(/="([^"]*)"/g)].map(([, text]) => text);
    expect(values.length).toBeGreaterThan(8);
    for (const text of [...texts, ...values]) expect(text).not.toMatch(/&(?!amp;|lt;|gt;|quot;|apos;|#13;|#10;|#9;)/);
    expect(values.join()).toContain('&lt;b attr=&quot;1&quot;&gt;&amp;amp; &apos;q&apos; ]]&gt;');
    expect(values.join()).toContain('&amp;#13;');
  });
});
