// One section of a Markdown text: from its heading to the next one of the same level or above.
import { newParser } from './markdown.ts';
import { headings } from './headings.ts';

/** Null where there is no heading with this anchor. */
export async function sectionOf(markdown: string, anchor: string): Promise<string | null> {
  const all = await headings(markdown);
  const at = all.findIndex((heading) => heading.anchor === anchor);
  const wanted = all[at];
  if (!wanted) return null;
  const places = (await newParser())
    .parse(markdown, {})
    .filter((token) => token.type === 'heading_open' && token.level === 0)
    .map((token) => token.map?.[0] ?? 0);
  const next = all.findIndex((heading, index) => index > at && heading.level <= wanted.level);
  const lines = markdown.split('\n');
  return lines.slice(places[at], next === -1 ? undefined : places[next]).join('\n');
}
