// Several recorded runs, one below the other, and the moments at which they are shown one after the other.
import type { Figure } from './svg.ts';

export interface Frame {
  readonly words: string;
  /** Which of the recordings; those before it are shown as a whole, those after it not yet. */
  readonly run: number;
  /** Up to where it is shown; its own time, in ms. */
  readonly until: number;
}

export interface Layout {
  /** Above the first run. */
  readonly top: number;
  /** One for each run. */
  readonly heights: readonly number[];
  /** Draws a run below `top`, up to that time: all of it where that is Infinity, and no more than its name where it is -Infinity. */
  readonly draw: (run: number, top: number, until: number) => string;
}

/** What belongs to the picture, and where it ends. */
export function drawRuns(
  moments: readonly Frame[],
  { top, heights, draw }: Layout,
): Pick<Figure, 'still' | 'description' | 'steps'> & { readonly bottom: number } {
  const below = (count: number): number => heights.slice(0, count).reduce((sum, each) => sum + each, top);
  const drawing = (shown: number, until: number): string =>
    heights
      .map((_, run) => draw(run, below(run), run < shown ? Infinity : run === shown ? until : -Infinity))
      .join('\n');
  return {
    bottom: below(heights.length),
    still: drawing(heights.length, Infinity),
    description: moments.map(({ words }) => words).join(' '),
    steps: moments.map(({ words, run, until }) => ({ words, drawing: drawing(run, until) })),
  };
}
