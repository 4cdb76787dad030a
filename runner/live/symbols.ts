// Shapes of the marks, in the hand of the timelines: each kind of loss is told from the others without its colour.
import { shapes } from '#report';

const RING = shapes.ring(9);

/** Once a page. */
export const SYMBOLS = `<svg class="defs" width="0" height="0" aria-hidden="true"><defs>
${shapes.HATCH}
<pattern id="ice" width="8" height="8" patternUnits="userSpaceOnUse"><path class="ice-line" d="M4 1V7M1 4H7"/></pattern>
<g id="died">${shapes.CROSS}</g>
<g id="left">${shapes.HOLLOW}</g>
<g id="lost-reset">${RING}<circle class="solid" r="6.5"/><path class="cut" d="M-2.5-2.5 2.5 2.5M2.5-2.5-2.5 2.5"/></g>
<g id="lost-closed">${RING}<circle class="solid" r="6.5"/><path class="cut" d="M-3.5 0H3.5"/></g>
<g id="lost-cut">${RING}<path class="solid" d="M-6-6H6V6H-6z"/><path class="cut" d="M-6 2-2-2 2 2 6-2"/></g>
<g id="lost-refused">${RING}<path class="solid" d="M-3-7H3L7-3V3L3 7H-3L-7 3V-3z"/><path class="cut" d="M-4 0H4"/></g>
<g id="lost-hanging">${RING}<path class="solid" d="M-6-7H6L1 0 6 7H-6L-1 0z"/></g>
<g id="lost-unfinished">${RING}<path class="bare" d="M0-6.5 6.5 0 0 6.5-6.5 0z"/></g>
<g id="lost-error">${RING}${shapes.TRIANGLE}</g>
</defs></svg>`;
