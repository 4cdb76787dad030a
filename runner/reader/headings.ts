// Headings of a Markdown text with the anchors that GitHub gives them, so that what leads to a heading can be proven to arrive.
import { type Node, parseMarkdown, plainText } from './markdown.ts';

export interface Heading {
  readonly level: number;
  readonly text: string;
  /** What follows the `#` in a link to it. */
  readonly anchor: string;
}

export async function headings(markdown: string): Promise<Heading[]> {
  return headingsOf(await parseMarkdown(markdown));
}

/** Those of a text that is parsed already. */
export function headingsOf(nodes: readonly Node[]): Heading[] {
  const seen = new Map<string, number>();
  return nodes
    .filter((node) => node.type === 'heading')
    .map((node) => {
      const text = plainText(node.children);
      return { level: Number(node.tag.slice(1)), text, anchor: distinct(slug(text), seen) };
    });
}

/** GitHub's rule: lower case; only letters, numbers, marks, `-`, `_` and spaces stay; each space becomes `-`. */
export function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}

// The second heading of the same name becomes `name-1`, the third `name-2`, skipping what is taken.
function distinct(wanted: string, seen: Map<string, number>): string {
  let anchor = wanted;
  while (seen.has(anchor)) {
    const next = (seen.get(wanted) ?? 0) + 1;
    seen.set(wanted, next);
    anchor = `${wanted}-${next}`;
  }
  seen.set(anchor, 0);
  return anchor;
}
