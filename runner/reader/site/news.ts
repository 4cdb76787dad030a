// What the server tells a page about the reader's own lessons. All of it is shown as text, never as markup.

export interface News {
  /** By the lesson's number with two digits. */
  readonly lessons: Readonly<Record<string, Standing>>;
  /** Of the chapter's own lesson; null where the page is no chapter, or nothing was judged yet. */
  readonly last: LastRun | null;
}

export interface Standing {
  readonly mark: 'passed' | 'open' | 'new';
  /** In a few words: `judged 3 times, broken: 3.4`. */
  readonly words: string;
}

export interface LastRun {
  /** ISO 8601. */
  readonly at: string;
  /** The exercise is another text now than the one that was judged. */
  readonly changed: boolean;
  readonly findings: readonly ShownFinding[];
}

export interface ShownFinding {
  readonly id: string;
  readonly says: string;
  readonly status: 'holds' | 'broken' | 'inconclusive';
  readonly summary: string;
  readonly expected: string | null;
  readonly observed: string | null;
  readonly cause: string | null;
  /** Place in the book: file and heading. */
  readonly read: string;
}
