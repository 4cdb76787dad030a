// Shapes of marks that the timeline and the live page share, so that whoever can read one of them can read the other.

export const HATCH =
  '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" x2="0" y1="0" y2="6"/></pattern>';

/** The end of a process that was not to end. */
export const CROSS = '<path class="halo" d="M-5-7 5 7M5-7-5 7"/><path class="end" d="M-5-7 5 7M5-7-5 7"/>';

/** The end of one that was. */
export const HOLLOW = '<circle class="hollow" r="4.5"/>';

export const TRIANGLE = '<path class="solid" d="M0-8 8 6H-8z"/><path class="cut" d="M0-3V2M0 4V4.6"/>';

/** Where a mark is pointed at, and what shows that it is. */
export function ring(r: number): string {
  return `<circle class="ring" r="${r}"/>`;
}
