// The result of a check as one JSON object, described by check-result.schema.json.
import type { Finding, Verdict } from '#checker';
import type { CheckResult, Obstacle, TypeProblem } from './result.ts';

/** Raised whenever a reader of older objects would misread newer ones; new properties alone do not raise it. */
export const RESULT_SCHEMA = 1;

export interface JsonResult {
  readonly schema: typeof RESULT_SCHEMA;
  readonly lesson: string;
  readonly file: string;
  readonly verdict: Verdict;
  readonly durationMs: number;
  readonly node: string;
  readonly platform: string;
  readonly findings: readonly Omit<Finding, 'scenario' | 'evidence'>[];
  readonly typeErrors: readonly TypeProblem[] | null;
  readonly error: Obstacle | null;
}

export function toJson(result: CheckResult): JsonResult {
  return {
    schema: RESULT_SCHEMA,
    lesson: result.lesson.slug,
    file: result.file,
    verdict: result.verdict,
    durationMs: Math.round(result.durationMs),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    findings: result.findings.map(
      ({ id, says, status, judged, summary, expected, observed, cause, read, unavailable }) => ({
        id,
        says,
        status,
        judged,
        summary,
        expected,
        observed,
        cause,
        read,
        ...(unavailable === undefined ? {} : { unavailable }),
      }),
    ),
    typeErrors: result.typeErrors,
    error: null,
  };
}

/** Where nothing could be judged: inconclusive, without a finding, and `error` says why. */
export function obstacleToJson(lesson: { slug: string }, file: string, obstacle: Obstacle): JsonResult {
  return {
    schema: RESULT_SCHEMA,
    lesson: lesson.slug,
    file,
    verdict: 'inconclusive',
    durationMs: 0,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    findings: [],
    typeErrors: null,
    error: { what: obstacle.what, why: obstacle.why, next: obstacle.next },
  };
}
