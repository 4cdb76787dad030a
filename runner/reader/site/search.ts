// The index of all sections, made while the site is built. The browser reads it as it is, so both sides share the options.
import type { Options } from 'minisearch';

export interface Found {
  readonly id: string;
  /** Title of the page. */
  readonly page: string;
  readonly heading: string;
  readonly text: string;
}

/** An `id` is the address within the site: path and anchor. */
export const searchOptions: Options<Found> = {
  fields: ['heading', 'page', 'text'],
  storeFields: ['heading', 'page', 'text'],
  // `it's` and `its`, `cluster.fork` and `fork`: words are letters and digits, without apostrophes.
  tokenize: (text) => text.replace(/['’]/g, '').split(/[^\p{L}\p{N}_]+/u),
  searchOptions: {
    boost: { heading: 4, page: 2 },
    prefix: (term) => term.length > 1,
    fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    combineWith: 'AND',
  },
};

/** As JavaScript, since a page that was opened as a file may load a script and nothing else. */
export async function searchScript(sections: readonly Found[]): Promise<string> {
  const { default: MiniSearch } = await import('minisearch');
  const index = new MiniSearch(searchOptions);
  index.addAll(sections);
  // `JSON.parse` of a text is faster than the same as a literal, and U+2028 needs no care in either since ES2019.
  return `window.bookIndex = ${JSON.stringify(JSON.stringify(index))};\n`;
}
