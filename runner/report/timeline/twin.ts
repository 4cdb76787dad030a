// The same in words: a table of all that the picture points at, in order of time, to be read aloud or copied.
import { count } from '../numbers.ts';
import { sumOf } from './answered.ts';
import { escape } from './escape.ts';
import { NOT_TOLD } from './stack.ts';
import { slugOf } from './svg.ts';
import type { Lane, Picture } from './picture.ts';
import { moment, plural, tell } from './words.ts';

interface Row {
  readonly t: number;
  readonly words: string;
  readonly findings: readonly string[];
}

export function twin(picture: Picture, caption: string): string {
  return `<details class="twin"><summary>The same in words</summary>
${processes(picture, caption)}
${moments(picture, caption)}
</details>`;
}

function processes({ lanes, answered }: Picture, caption: string): string {
  const others = sumOf(answered.by.get(null));
  const rows = [
    ...lanes.map((lane) => [lane.label, String(lane.pid), phasesOf(lane), count(lane.answered)]),
    ...(others === 0 ? [] : [[NOT_TOLD, '', '', count(others)]]),
  ];
  return `<div class="wide" role="region" tabindex="0" aria-label="Processes of ${escape(caption)}"><table><caption>Processes</caption>
<thead><tr><th scope="col">process</th><th scope="col">pid</th><th scope="col">life</th><th scope="col">answered</th></tr></thead>
<tbody>${rows.map(([first = '', ...rest]) => `<tr><th scope="row">${escape(first)}</th>${rest.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`).join('\n')}</tbody></table></div>`;
}

function phasesOf({ words, label, pid }: Lane): string {
  return words.replace(`${label} (pid ${pid}): `, '').replace(/; [^;]* answered$/, '');
}

function moments(picture: Picture, caption: string): string {
  const rows = rowsOf(picture).map(
    ({ t, words, findings }) =>
      `<tr${findings.length === 0 ? '' : ` data-f="${findings.map(slugOf).join(' ')}"`}><td>${moment(t)}</td><td>${escape(words)}${findings.length === 0 ? '' : ` <b>evidence of ${escape(findings.join(', '))}</b>`}</td></tr>`,
  );
  return `<div class="wide" role="region" tabindex="0" aria-label="Moments of ${escape(caption)}"><table><caption>Moments</caption>
<thead><tr><th scope="col">time</th><th scope="col">what happened</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

function rowsOf(picture: Picture): Row[] {
  const { history, faults, marks, span } = picture;
  const told = history.events.flatMap((event): Row[] => {
    const wanted =
      event.kind === 'start' ||
      event.kind === 'step' ||
      event.kind === 'load' ||
      event.kind === 'pressure' ||
      event.kind === 'bounded' ||
      event.kind === 'stop' ||
      event.kind === 'trouble' ||
      (event.kind === 'wait' && !event.met);
    return wanted ? [{ t: event.t, words: tell(event, (pid) => `pid ${pid}`), findings: [] }] : [];
  });
  const pointed = marks.map(({ t, words, count: times, findings }) => ({
    t,
    words: times === 1 ? words : `${plural(times, 'time')}: ${words}`,
    findings,
  }));
  return [...told, ...faults, ...pointed, ...picture.lanes.flatMap((lane) => turns(lane, span.to))].toSorted(
    (a, b) => a.t - b.t,
  );
}

function turns(
  { label, stranger, worker, forked, online, listening, leaving, ended, findings }: Lane,
  to: number,
): Row[] {
  const row = (t: number | null, words: string): Row[] =>
    t === null || t > to ? [] : [{ t, words: `${label} ${words}`, findings }];
  if (worker === null) return [...row(stranger ? forked : null, 'was seen first'), ...row(ended?.t ?? null, 'ended')];
  return [
    ...row(forked, 'was forked'),
    ...row(online, 'came online'),
    ...row(listening, 'listened'),
    ...row(leaving, 'began to drain'),
    ...row(ended?.t ?? null, `was dead: ${ended?.why}${ended?.planned ? ', as planned' : ''}`),
  ];
}
