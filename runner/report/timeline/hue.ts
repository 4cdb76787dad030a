// Colours of the lanes, by their classes in the style: they come again after a few, and nothing is told by them alone.

const HUES = 6;

/** Class of the colour of a lane; the primary has none. */
export function hueOf(index: number): string {
  return index === 0 ? 'c' : `c${((index - 1) % HUES) + 1}`;
}
