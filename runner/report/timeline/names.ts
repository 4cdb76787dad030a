// Names beside a picture, each as high as what it names; they stay where they are when the picture is moved sideways.
import { count } from '../numbers.ts';
import { LANE, layoutOf } from './draw.ts';
import { escape } from './escape.ts';
import { hueOf } from './hue.ts';
import type { Picture } from './picture.ts';
import { NOT_TOLD, peakOf } from './stack.ts';

export function names(picture: Picture): string {
  const layout = layoutOf(picture);
  const others = picture.answered.by.has(null) ? `<i><span class="key c0"></span>${NOT_TOLD}</i>` : '';
  const part = (height: number, inner: string, classes = '') =>
    height === 0 ? '' : `<div${classes} style="height:${height}px">${inner}</div>`;
  const lanes = picture.lanes.map(({ label, pid, answered, ended }, index) => {
    const fate = ended ? (ended.planned ? ' · left' : ` · ${ended.why.replace(/,.*/, '')}`) : '';
    const key = index === 0 && answered === 0 ? '' : `<span class="key ${hueOf(index)}"></span>`;
    return part(LANE, `<b>${key}${escape(label)}</b><i>${pid}${escape(fate)}</i>`, ' class="of-lane"');
  });
  return `<div class="names" aria-hidden="true">${[
    part(layout.labels, ''),
    part(layout.clients, '<i>outside</i>'),
    ...lanes,
    part(layout.axis, ''),
    part(layout.stack, `<b>answered</b><i>up to ${count(Math.round(peakOf(picture)))} a second</i>${others}`),
    part(layout.steps, '<i>steps</i>'),
  ].join('')}</div>`;
}
