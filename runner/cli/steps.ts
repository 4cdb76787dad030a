// What is being done while a check runs: in a terminal one line that changes, with the findings above it as they are
// known; elsewhere the findings alone, a line each. On standard error, so that standard output is the result. Where both
// go to one place, such as a log, the result would say all of it again: then only that it goes on.
import { fstatSync } from 'node:fs';
import type { Finding } from '#checker';
import { cut, type Look } from '#reader';
import { renderFindingLine } from '#report';
import type { Output, Surroundings } from './surroundings.ts';

export interface Steps {
  readonly step: (scenario: string, text: string) => void;
  readonly finding: (finding: Finding) => void;
  /** Takes away what was only for the time being. */
  readonly clear: () => void;
}

export function showSteps({ stdout, stderr, env }: Surroundings, look: Look): Steps {
  if (stderr.isTTY && env.TERM !== 'dumb') return changing(stderr, look);
  return samePlace(stdout, stderr) ? reassuring(stderr) : telling(stderr, look);
}

function samePlace(...outputs: readonly Output[]): boolean {
  const places = outputs.map(({ fd }) => {
    if (fd === undefined) return null;
    const { dev, ino } = fstatSync(fd);
    return `${dev}:${ino}`;
  });
  return places[0] !== null && places.every((place) => place === places[0]);
}

function telling(stderr: Output, look: Look): Steps {
  return {
    step: () => undefined,
    finding: (finding) => stderr.write(`${renderFindingLine(finding, look)}\n`),
    clear: () => undefined,
  };
}

/** Longer than a check of a program that is right takes. */
const SILENCE_MS = 5000;

function reassuring(stderr: Output): Steps {
  let now = 'getting ready';
  const begin = performance.now();
  const words = setInterval(() => {
    stderr.write(`${Math.round((performance.now() - begin) / 1000)} s  ${now}\n`);
  }, SILENCE_MS);
  return {
    step: (scenario, doing) => {
      now = described(scenario, doing);
    },
    finding: () => undefined,
    clear: () => clearInterval(words),
  };
}

function described(scenario: string, doing: string): string {
  return doing === '' ? scenario : `${scenario}: ${doing}`;
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
      now = described(scenario, doing);
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
