// Shapes of the marks: each kind is told from the others without its colour.
import { CROSS, HATCH, HOLLOW, ring, TRIANGLE } from './shapes.ts';

/** Once a page. */
export const SYMBOLS = `<svg class="defs" width="0" height="0" aria-hidden="true"><defs>
${HATCH}
<g id="lost">${ring(8)}<circle class="solid" r="6"/><path class="cut" d="M-2.5-2.5 2.5 2.5M2.5-2.5-2.5 2.5"/></g>
<g id="excused">${ring(8)}<path class="hollow" d="M0-5 5 0 0 5-5 0z"/></g>
<g id="died">${ring(8)}${CROSS}</g>
<g id="left">${HOLLOW}</g>
<g id="up">${ring(7)}<path class="thin" d="M0 6V-5M-3-1 0-6 3-1"/></g>
<g id="down">${ring(7)}<path class="thin" d="M0-6V5M-3 1 0 6 3 1"/></g>
<g id="unheard-up">${ring(7)}<path class="thin" d="M0 6V-5M-3-1 0-6 3-1"/><path class="stroke" d="M-5 3 5-3"/></g>
<g id="unheard-down">${ring(7)}<path class="thin" d="M0-6V5M-3 1 0 6 3 1"/><path class="stroke" d="M-5-3 5 3"/></g>
<g id="error">${ring(9)}${TRIANGLE}</g>
<g id="witness">${ring(8)}<circle class="halo" r="5"/><circle class="hollow" r="5"/><circle class="dot" r="1.6"/></g>
</defs></svg>`;

/** What the shapes mean, once a page. */
export const KEY = `<ul class="key-list" aria-label="Key">
${[
  ['<line class="forked" x1="2" x2="26" y1="9" y2="9"/>', 'forked'],
  ['<line class="online" x1="2" x2="26" y1="9" y2="9"/>', 'online'],
  [
    '<rect class="listening" x="2" y="2" width="24" height="14"/><path class="c1" d="M8 16V8h5V5h6v11z"/>',
    'listening, with what it answered',
  ],
  ['<rect class="draining" x="2" y="2" width="24" height="14"/>', 'draining'],
  ['<use href="#died" x="14" y="9"/>', 'dead'],
  ['<use href="#left" x="14" y="9"/>', 'left as planned'],
  ['<use href="#lost" x="14" y="9"/>', 'request lost'],
  ['<use href="#excused" x="14" y="9"/>', 'lost, but excused: its worker was killed by the checker'],
  ['<use href="#up" x="9" y="9"/><use href="#down" x="19" y="9"/>', 'message to the primary, to a worker'],
  ['<use href="#unheard-up" x="14" y="9"/>', 'unheard'],
  ['<use href="#error" x="14" y="10"/>', 'error'],
  ['<use href="#witness" x="14" y="9"/>', 'other evidence'],
]
  .map(([shape, words]) => `<li><svg width="28" height="18" aria-hidden="true">${shape}</svg>${words}</li>`)
  .join('\n')}
</ul>`;
