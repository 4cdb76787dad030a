// Colours of the terminal by what they are for. Without colour every function gives its text back unchanged.

export type Paint = (text: string) => string;

export interface Palette {
  readonly strong: Paint;
  readonly emphasis: Paint;
  readonly quiet: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly unsure: Paint;
  readonly code: Paint;
  readonly link: Paint;
}

/** Only colours that are legible on dark and on light grounds; none of them carries a meaning that the text does not. */
export function palette(colour: boolean): Palette {
  const sgr = (on: number, off: number): Paint =>
    colour ? (text) => (text === '' ? '' : `\x1b[${on}m${text}\x1b[${off}m`) : (text) => text;
  return {
    strong: sgr(1, 22),
    emphasis: sgr(3, 23),
    quiet: sgr(2, 22),
    good: sgr(32, 39),
    bad: sgr(31, 39),
    unsure: sgr(33, 39),
    code: sgr(36, 39),
    link: sgr(4, 24),
  };
}
