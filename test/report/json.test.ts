import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { obstacleToJson, toJson } from '#report';
import { result } from './example.ts';

const path = join(import.meta.dirname, '../../runner/report/check-result.schema.json');
const validate = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allowUnionTypes: true,
}).compile(JSON.parse(readFileSync(path, 'utf8')) as object);

function problems(value: unknown): string[] {
  validate(JSON.parse(JSON.stringify(value)));
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

describe('the JSON of a check', () => {
  test('keeps to its schema', () => {
    const json = toJson({ ...result, durationMs: 3100.4 });
    expect(problems(json)).toEqual([]);
    expect(json).toMatchObject({ schema: 1, lesson: '03-ipc-counters', verdict: 'failed', durationMs: 3100 });
    expect(json.findings.map((finding) => finding.id)).toEqual(['3.1', '2.3', '3.4', '3.5']);
    expect(json.findings[2]).toMatchObject({
      status: 'broken',
      judged: 1011,
      cause: expect.stringContaining('listeners'),
    });
  });

  test('keeps to it with type errors, and where nothing could be judged', () => {
    const problem = { file: 'a.ts', line: 1, column: 2, code: 'TS2322', message: 'no' };
    expect(problems(toJson({ ...result, typeErrors: [problem] }))).toEqual([]);
    expect(problems(toJson({ ...result, typeErrors: null }))).toEqual([]);
    const json = obstacleToJson(result.lesson, 'a.ts', { what: 'a syntax error', why: 'line 1', next: 'repair it' });
    expect(problems(json)).toEqual([]);
    expect(json).toMatchObject({ verdict: 'inconclusive', error: { what: 'a syntax error' } });
  });

  test('is refused by the schema where it is wrong', () => {
    const json = toJson(result);
    expect(problems({ ...json, verdict: 'perhaps' })).not.toEqual([]);
    expect(problems({ ...json, schema: 2 })).not.toEqual([]);
    expect(problems({ ...json, findings: [{ ...json.findings[0], judged: 0 }] })).not.toEqual([]);
    expect(problems({ ...json, findings: [{ ...json.findings[2], observed: null }] })).not.toEqual([]);
    const { error: _, ...without } = json;
    expect(problems(without)).not.toEqual([]);
  });
});
