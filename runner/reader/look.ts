// How a stream may be written to: how wide it is, and whether colours and characters beyond ASCII arrive.

export interface Look {
  /** Columns, from 40 to 120. */
  readonly width: number;
  readonly colour: boolean;
  readonly unicode: boolean;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const NARROWEST = 40;
const WIDEST = 120;
const UNKNOWN = 100;

/** Decided by the stream and the environment: `NO_COLOR`, `FORCE_COLOR`, `TERM`, the locale. */
export function lookOf(stream: Stream, env: NodeJS.ProcessEnv): Look {
  const columns = stream.columns || Number(env.COLUMNS) || UNKNOWN;
  return {
    width: Math.min(WIDEST, Math.max(NARROWEST, columns)),
    colour: mayColour(stream, env),
    unicode: mayUnicode(env),
  };
}

// https://no-color.org says that an empty value means nothing; FORCE_COLOR wins over it, as in Node itself.
function mayColour(stream: Stream, env: NodeJS.ProcessEnv): boolean {
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.NO_COLOR || env.TERM === 'dumb') return false;
  return stream.isTTY === true;
}

// Containers often name no locale at all while the terminal around them speaks UTF-8, so only a locale that says otherwise counts.
function mayUnicode(env: NodeJS.ProcessEnv): boolean {
  if (env.TERM === 'dumb' || env.TERM === 'linux') return false;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return !locale || /utf-?8/i.test(locale);
}
