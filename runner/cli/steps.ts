// What is being done while a check runs: in a terminal one line that changes, with the findings above it as they are
// known; elsewhere the findings alone, a line each. On standard error, so that standard output is the result.
import type { Finding } from '#checker';
import { cut, type Look } from '#reader';
import { renderFindingLine } from '#report';
import type { Output } from './surroundings.ts';

export interface Steps {
  readonly step: (scenario: string, text: string) => void;
  readonly finding: (finding: Finding) => void;
  /** Takes away what was only for the time being. */
  readonly clear: () => void;
}

export function showSteps(stderr: Output, look: Look, env: NodeJS.ProcessEnv): Steps {
  return stderr.isTTY && env.TERM !== 'dumb' ? changing(stderr, look) : plain(stderr, look);
}

function plain(stderr: Output, look: Look): Steps {
  return {
    step: () => undefined,
    finding: (finding) => stderr.write(`${renderFindingLine(finding, look)}\n`),
    clear: () => undefined,
  };
}

function changing(stderr: Output, look: Look): Steps {
  const findings: string[] = [];
  let now = 'getting ready';
  let over = false;
  let spinner: { text: string; stop: () => unknown } | null = null;
  const text = () => {
    // Taller than the terminal it could not be taken away again.
    const room = Math.max(0, (stderr.rows ?? 24) - 3);
    const line = cut(now, look.width - 4)[0] ?? '';
    return [line, ...(room === 0 ? [] : findings.slice(-room))].join('\n');
  };
  void import('ora').then(({ default: ora }) => {
    if (over) return;
    spinner = ora({
      stream: stderr,
      text: text(),
      color: look.colour ? 'cyan' : false,
      spinner: look.unicode ? 'dots' : 'line',
      isEnabled: true,
      discardStdin: false, // the program's keys are ours to read, and Ctrl-C must stay a signal
    }).start();
  });
  const show = () => {
    if (spinner) spinner.text = text();
  };
  return {
    step: (scenario, doing) => {
      now = doing === '' ? scenario : `${scenario}: ${doing}`;
      show();
    },
    finding: (finding) => {
      findings.push(renderFindingLine(finding, look));
      show();
    },
    clear: () => {
      over = true;
      spinner?.stop();
    },
  };
}
