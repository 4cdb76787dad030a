// How far it is: in a terminal one line that changes, elsewhere a line for each trial. What was not said as it must be stays.
import { cut, type Look, palette } from '#reader';
import { duration } from '#report';
import type { Trial } from './trial.ts';

interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}

export interface Progress {
  /** `missing` trials are left, this one among them. To be called with what came of it. */
  begin(program: string, missing: number): (trial: Trial) => void;
  note(line: string): void;
  clear(): void;
}

export function showProgress(stderr: Output, look: Look, env: NodeJS.ProcessEnv): Progress {
  const changing = stderr.isTTY === true && env['TERM'] !== 'dumb';
  const { bad, unsure, quiet } = palette(look.colour);
  let done = 0;
  let spentMs = 0;
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
      const begun = performance.now();
      if (changing) {
        const rest = done === 0 ? '' : `, about ${duration((missing * spentMs) / done)}`;
        clear();
        stderr.write(cut(`${program}   ${done} done, ${missing} to go${rest}`, look.width - 1)[0] ?? '');
      }
      return ({ outcome, durationMs, kept }) => {
        done += 1;
        spentMs += performance.now() - begun;
        const time = duration(durationMs);
        switch (outcome.kind) {
          case 'as it must':
            if (!changing) note(`${program}   as it must, ${time}${quiet(`   ${missing - 1} to go`)}`);
            return;
          case 'inconclusive':
            return note(`${unsure(`${program}   inconclusive`)}, ${time}: ${outcome.reasons.join('; ')}`);
          case 'wrong':
          case 'fault':
            return note(
              `${bad(`${program}   ${outcome.kind}`)}, ${time}: ${outcome.why}${kept === null ? '' : ` (${kept})`}`,
            );
        }
      };
    },
  };
}
