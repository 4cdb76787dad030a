// How far it is: in a terminal one line that changes, elsewhere a line for each trial. What was not said as it must be stays.
import { cut, type Look, palette } from '#reader';
import { duration } from '#report';
import type { Trial } from './trial.ts';

interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}

export interface Progress {
  /** `missing` trials are left, this one among them. */
  begin(program: string, missing: number): void;
  end(trial: Trial): void;
  note(line: string): void;
  clear(): void;
}

export function showProgress(stderr: Output, look: Look, env: NodeJS.ProcessEnv): Progress {
  const changing = stderr.isTTY === true && env['TERM'] !== 'dumb';
  const { bad, unsure, quiet } = palette(look.colour);
  let now = '';
  let left = 0;
  let done = 0;
  let spentMs = 0;
  let begun = 0;
  const clear = () => {
    if (changing) stderr.write('\r\u001B[K');
  };
  const note = (line: string) => {
    clear();
    stderr.write(`${line}\n`);
  };
  return {
    clear,
    note,
    begin(program, missing) {
      now = program;
      left = missing;
      begun = performance.now();
      if (!changing) return;
      const rest = done === 0 ? '' : `, about ${duration((left * spentMs) / done)}`;
      clear();
      stderr.write(cut(`${program}   ${done} done, ${left} to go${rest}`, look.width - 1)[0] ?? '');
    },
    end({ outcome, durationMs, kept }) {
      done += 1;
      spentMs += performance.now() - begun;
      const time = duration(durationMs);
      switch (outcome.kind) {
        case 'as it must':
          if (!changing) note(`${now}   as it must, ${time}${quiet(`   ${left - 1} to go`)}`);
          return;
        case 'inconclusive':
          return note(`${unsure(`${now}   inconclusive`)}, ${time}: ${outcome.reasons.join('; ')}`);
        case 'wrong':
        case 'fault':
          return note(
            `${bad(`${now}   ${outcome.kind}`)}, ${time}: ${outcome.why}${kept === null ? '' : ` (${kept})`}`,
          );
      }
    },
  };
}
