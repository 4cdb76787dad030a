// How workers, numbers, times and outcomes are put into words.
import type { EventOf, Life, RequestEvent } from '#history';

export function named(life: Life): string {
  return `worker ${life.worker} (pid ${life.pid})`;
}

export function listed(words: readonly string[], most = 3): string {
  const shown = words.slice(0, most);
  const rest = words.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

export function time(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** How a process ended: its signal, or its code. */
/** What was waited for in vain: so much later, and whether anything could still have come. */
export function waited({ t, from, quiescent }: EventOf<'wait'>): string {
  return `${time(t - from)} later${quiescent ? ', with nothing more under way,' : ''}`;
}

export function endOf({ code, signal }: { readonly code: number | null; readonly signal: string | null }): string {
  return signal ?? `code ${code}`;
}

/** What became of a request, as the end of a sentence about it. */
export function outcomeOf({ outcome, status, t, end }: RequestEvent): string {
  switch (outcome) {
    case 'answered':
      return `was answered ${status}`;
    case 'hanging':
      return end - t > 1000 ? `hung for ${time(end - t)}` : 'was left hanging';
    case 'refused':
      return 'was refused';
    case 'reset':
      return 'was reset before its answer';
    case 'closed':
      return 'was closed unanswered';
    case 'cut':
      return 'was cut within its answer';
    case 'unfinished':
      return 'was still under way at the end';
  }
}
