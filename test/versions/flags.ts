// What can be typed behind `npm run versions --`.

/** All that the workbook supports: those that get fixes, and the oldest one that it runs on. */
export const MAJORS: readonly number[] = [20, 22, 24, 26];

export const HELP = `npm run versions [-- VERSION…]
  judges solutions and starters of all lessons on other versions of Node: ${MAJORS.join(', ')}, or those that are given

Versions that are not there are installed from npm into .workbook/nodes (about 200 MB each), and stay there; without
a network, those that are there are enough.
Exit codes: 0 all as it must be · 1 otherwise · 64 wrong usage`;

export type Parsed =
  | { readonly kind: 'versions'; readonly majors: readonly number[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly what: string; readonly next: string };

export function parseVersions(args: readonly string[]): Parsed {
  if (args.some((arg) => arg === '--help' || arg === '-h')) return { kind: 'help' };
  const strange = args.find((arg) => !MAJORS.includes(Number(arg)));
  if (strange !== undefined)
    return {
      kind: 'wrong',
      what: `\`${strange}\` is no version of Node that the workbook supports.`,
      next: `give any of ${MAJORS.join(' ')}, or none for all of them`,
    };
  const given = MAJORS.filter((major) => args.some((arg) => Number(arg) === major));
  return { kind: 'versions', majors: given.length === 0 ? MAJORS : given };
}
