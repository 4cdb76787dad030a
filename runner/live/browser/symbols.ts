// Shapes of the marks, in the hand of the timelines: each kind of loss is told from the others without its colour.
import type { LossClass } from '../show.ts';

/** Once a page. */
export const SYMBOLS = `<svg class="defs" width="0" height="0" aria-hidden="true"><defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" x2="0" y1="0" y2="6"/></pattern>
<pattern id="ice" width="8" height="8" patternUnits="userSpaceOnUse"><path class="ice-line" d="M4 1V7M1 4H7"/></pattern>
<g id="died"><path class="halo" d="M-5-7 5 7M5-7-5 7"/><path class="end" d="M-5-7 5 7M5-7-5 7"/></g>
<g id="left"><circle class="hollow" r="4.5"/></g>
<g id="lost-reset">${ring()}<circle class="solid" r="6.5"/><path class="cut" d="M-2.5-2.5 2.5 2.5M2.5-2.5-2.5 2.5"/></g>
<g id="lost-closed">${ring()}<circle class="solid" r="6.5"/><path class="cut" d="M-3.5 0H3.5"/></g>
<g id="lost-cut">${ring()}<path class="solid" d="M-6-6H6V6H-6z"/><path class="cut" d="M-6 2-2-2 2 2 6-2"/></g>
<g id="lost-refused">${ring()}<path class="solid" d="M-3-7H3L7-3V3L3 7H-3L-7 3V-3z"/><path class="cut" d="M-4 0H4"/></g>
<g id="lost-hanging">${ring()}<path class="solid" d="M-6-7H6L1 0 6 7H-6L-1 0z"/></g>
<g id="lost-unfinished">${ring()}<path class="bare" d="M0-6.5 6.5 0 0 6.5-6.5 0z"/></g>
<g id="lost-error">${ring()}<path class="solid" d="M0-8 8 6H-8z"/><path class="cut" d="M0-3V2M0 4V4.6"/></g>
</defs></svg>`;

export const LOSS_SYMBOLS: Readonly<Record<LossClass, string>> = {
  reset: 'lost-reset',
  closed: 'lost-closed',
  cut: 'lost-cut',
  refused: 'lost-refused',
  hanging: 'lost-hanging',
  unfinished: 'lost-unfinished',
  'answered with an error': 'lost-error',
};

/** What shows that a mark is pointed at. */
function ring(): string {
  return '<circle class="ring" r="9"/>';
}
