// What the page remembers, where it may: of the person who shows it, from one visit to the next; and while its tab is open,
// how far the demonstration is.

type Remembered = 'contrast' | 'single-keys' | 'size' | 'theme';

export function recall(name: Remembered): string | null {
  try {
    return localStorage.getItem(`live-${name}`);
  } catch {
    return null;
  }
}

export function remember(name: Remembered, value: string): void {
  try {
    localStorage.setItem(`live-${name}`, value);
  } catch {
    // kept for this page alone
  }
}

/** How far a lesson's demonstration is. */
export interface Step {
  readonly index: number;
  readonly done: boolean;
  readonly open: boolean;
}

export function recallStep(lesson: number): Step | null {
  try {
    return JSON.parse(sessionStorage.getItem(`live-step-${lesson}`) ?? 'null') as Step | null;
  } catch {
    return null;
  }
}

export function rememberStep(lesson: number, step: Step): void {
  try {
    sessionStorage.setItem(`live-step-${lesson}`, JSON.stringify(step));
  } catch {
    // a page that is loaded again begins with the first step
  }
}
