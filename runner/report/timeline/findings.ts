// What the check found, broken things first, each with the way to what shows it.
import type { Finding } from '#checker';
import type { CheckResult } from '../result.ts';
import { slugOf } from './svg.ts';
import { escape } from './escape.ts';

/** `shown` are the scenarios that have a picture. */
export function findingsOf({ findings }: CheckResult, shown: ReadonlySet<string>): string {
  const broken = findings.filter(({ status }) => status === 'broken');
  const others = findings.filter(({ status }) => status !== 'broken');
  return [
    ...broken.map((finding) => brokenOne(finding, shown)),
    others.length === 0 ? '' : `<ul class="others">${others.map(other).join('\n')}</ul>`,
  ].join('\n');
}

/** Where following a finding's evidence leads: what is marked there is told from the rest. */
export function targetsOf(findings: readonly Finding[], scenario: string): string {
  return pointing(findings, scenario)
    .map(
      ({ id, says }) =>
        `<p class="target" id="evidence-${slugOf(id)}">Marked: evidence of ${escape(id)}, ${escape(says)}. <a href="#findings">Back to the findings</a></p>`,
    )
    .join('\n');
}

/** Rules that dim what a followed finding does not point at. */
export function dimming(findings: readonly Finding[]): string {
  return pointing(findings)
    .map(({ id }) => {
      const slug = slugOf(id);
      const here = `section:has(#evidence-${slug}:target)`;
      return `${here} .m:not([data-f~="${slug}"]){opacity:.22}${here} .m[data-f~="${slug}"]{--ring:var(--accent)}${here} tr[data-f~="${slug}"]{background:var(--marked)}`;
    })
    .join('\n');
}

function pointing(findings: readonly Finding[], scenario?: string): Finding[] {
  return findings.filter(
    (finding) =>
      finding.status === 'broken' &&
      finding.evidence.length > 0 &&
      (scenario === undefined || finding.scenario === scenario),
  );
}

function brokenOne(finding: Finding, shown: ReadonlySet<string>): string {
  const { id, says, scenario, expected, observed, cause, read, evidence } = finding;
  const where =
    scenario === null || !shown.has(scenario)
      ? ''
      : evidence.length === 0
        ? `in the scenario “${escape(scenario)}”`
        : `<a href="#evidence-${slugOf(id)}">shown in the scenario “${escape(scenario)}”</a>`;
  const parts = [
    ['expected', expected === null ? '' : escape(expected)],
    ['observed', observed === null ? '' : escape(observed)],
    ['cause', cause === null ? '' : escape(cause)],
    ['read', `<code>${escape(read)}</code>`],
    ['evidence', where],
  ].filter(([, text]) => text !== '');
  return `<article class="broken"><h3><span class="sign">✖</span> ${escape(says)} <small>${escape(id)}</small></h3>
<dl>${parts.map(([label, text]) => `<dt>${label}</dt><dd>${text}</dd>`).join('')}</dl></article>`;
}

function other({ status, says, summary, id }: Finding): string {
  const sign = status === 'holds' ? '✔' : '·';
  const words = status === 'holds' ? summary : summary.startsWith('not judged') ? summary : `not judged: ${summary}`;
  return `<li class="${status}"><span class="sign">${sign}</span> ${escape(says)} <small>${escape(id)}</small><span class="summary">${escape(words)}</span></li>`;
}
