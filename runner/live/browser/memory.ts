// What the page remembers of the person who shows it, from one visit to the next, where it may.

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
