// Exit codes of every verb.
import type { Verdict } from '#checker';

/** Done; for a check: passed. */
export const DONE = 0;
export const FAILED = 1;
/** Not told: inconclusive, the workbook's own fault, or trouble with files. */
export const UNTOLD = 2;
/** As `EX_USAGE` in sysexits.h. */
export const WRONG_USAGE = 64;
export function exitCodeOf(verdict: Verdict): number {
  switch (verdict) {
    case 'passed':
      return DONE;
    case 'failed':
      return FAILED;
    case 'inconclusive':
    case 'fault':
      return UNTOLD;
  }
}
