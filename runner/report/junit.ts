// The result of a check as JUnit XML, a test case a clause.
import { toUSVString } from 'node:util';
import type { Finding } from '#checker';
import type { CheckResult, Obstacle } from './result.ts';

export function toJunit(result: CheckResult): string {
  const undecided = result.verdict === 'inconclusive' || result.verdict === 'fault';
  const cases = result.findings.map((finding) => caseOf(finding, result.lesson.slug, undecided));
  if (result.verdict === 'fault') {
    cases.push(
      failing(result.lesson.slug, "the workbook's own part", 'error', 'the workbook failed, not the program', ''),
    );
  }
  return suite(result.lesson, result.file, result.durationMs, cases);
}

export function obstacleToJunit(lesson: CheckResult['lesson'], file: string, obstacle: Obstacle): string {
  const details = `${obstacle.why}\n${obstacle.next}`;
  return suite(lesson, file, 0, [failing(lesson.slug, 'the program can be judged', 'error', obstacle.what, details)]);
}

interface Case {
  readonly xml: string;
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped';
}

function caseOf(finding: Finding, slug: string, undecided: boolean): Case {
  const name = `${finding.id} ${finding.says}`;
  if (finding.status === 'holds')
    return { kind: 'passed', xml: `    <testcase ${attributes({ classname: slug, name })}/>` };
  if (finding.status === 'broken') {
    const details = [
      `expected  ${finding.expected ?? ''}`,
      `observed  ${finding.observed ?? ''}`,
      ...(finding.cause === null ? [] : [`cause     ${finding.cause}`]),
      `read      ${finding.read}`,
    ];
    return failing(slug, name, 'failure', finding.observed ?? finding.summary, details.join('\n'));
  }
  // A skipped case passes in most readers: it may only be skipped where the verdict stands without it.
  return failing(slug, name, undecided ? 'error' : 'skipped', finding.summary, '');
}

function failing(
  slug: string,
  name: string,
  kind: 'failure' | 'error' | 'skipped',
  says: string,
  details: string,
): Case {
  const inner = `<${kind} ${attributes({ message: says })}>${escape(details)}</${kind}>`;
  return { kind, xml: `    <testcase ${attributes({ classname: slug, name })}>\n      ${inner}\n    </testcase>` };
}

function suite(lesson: CheckResult['lesson'], file: string, ms: number, cases: readonly Case[]): string {
  const number = (kind: Case['kind']) => String(cases.filter((each) => each.kind === kind).length);
  const counts = {
    name: `Lesson ${lesson.number} · ${lesson.title}`,
    tests: String(cases.length),
    failures: number('failure'),
    errors: number('error'),
    skipped: number('skipped'),
    time: (ms / 1000).toFixed(3),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite ${attributes({ ...counts, file })}>`,
    ...cases.map((each) => each.xml),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escape(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join(' ');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};

// XML 1.0 (section 2.2) has no place at all for most control characters and for lone surrogates, not even escaped.
function escape(text: string): string {
  return toUSVString(text)
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"'\r]/g, (character) => ENTITIES[character] ?? character);
}
