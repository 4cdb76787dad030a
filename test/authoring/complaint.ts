// What an author is told: what is missing or does not fit, why that matters, and what to do next.

export interface Complaint {
  /** Names the file or the lesson. */
  readonly what: string;
  readonly why: string;
  readonly next: string;
}

export function renderComplaint({ what, why, next }: Complaint): string {
  return [`✖ ${what}`, `    why   ${why}`, `    next  ${next}`].join('\n');
}
