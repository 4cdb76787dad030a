// Numbers, moments and events in words, as the timelines have them.
import type { LossClass } from '#history';
import type { Account, Policy, Setting } from '../show.ts';

// made once: it is asked for hundreds of times in a second
const NUMBERS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `12,345` */
export function count(number: number): string {
  return NUMBERS.format(number);
}

export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** `1.2 s` */
export function moment(t: number): string {
  return `${(t / 1000).toFixed(1)} s`;
}

/** `0.4 ms`, `12 ms`, `1.2 s`; a dash where there is none. */
export function latency(ms: number | null): string {
  if (ms === null) return '–';
  if (ms >= 1000) return moment(ms);
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

export function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`;
}

export const LOSSES: Readonly<Record<LossClass, string>> = {
  refused: 'refused',
  reset: 'reset before the answer was whole',
  closed: 'closed unanswered',
  cut: 'cut within the answer',
  hanging: 'left hanging',
  unfinished: 'under way when the program ended',
  'answered with an error': 'answered with an error',
};

/** Classes in the order of the table above, those that there were. */
export function lossesInWords(lost: Account['lost']): string {
  const kinds = Object.keys(LOSSES) as LossClass[];
  return kinds
    .filter((kind) => (lost[kind] ?? 0) > 0)
    .map((kind) => `${count(lost[kind] ?? 0)} ${LOSSES[kind]}`)
    .join(', ');
}

/** Who deals connections, as it was seen. */
export function dealtInWords(dealt: Policy): string {
  return dealt === 'rr' ? 'the primary deals in turn' : 'the system deals';
}

export function policyInWords(policy: Policy | null): string {
  return policy === null ? 'the usual policy' : policy === 'rr' ? 'round robin' : 'left to the system';
}

/** Which program it is, and of a saved run which scenario. */
export function programInWords(setting: Setting | null): string {
  if (setting === null) return 'No program yet';
  return plain(setting.scenario === undefined ? setting.file : `${setting.file} · ${setting.scenario}`);
}

/** `worker 2 (pid 4131)` */
export function nameOf({ label, pid }: { readonly label: string; readonly pid: number }): string {
  return `${label} (pid ${pid})`;
}

/** Signs that move, hide or turn round what stands beside them: of terminals, and of the direction of writing. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** Text of a program, as it may stand beside ours. */
export function plain(text: string): string {
  return text.replace(UNSEEN, '\u00b7');
}
