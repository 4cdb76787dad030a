// Search over the whole book, without a server: the index is a script that is loaded when it is first needed.
import MiniSearch, { type SearchResult } from 'minisearch';
import { type Found, searchOptions } from '../search.ts';
import { base, byId, make } from './element.ts';

declare global {
  interface Window {
    bookIndex?: string;
  }
}

const MOST = 20;
/** Letters of a section that are shown. */
const LONGEST = 150;

export function searchDialog(): void {
  const [open, dialog, input, count, results] = (
    ['_open-search', '_search', '_words', '_count', '_results'] as const
  ).map(byId);
  if (!open || !(dialog instanceof HTMLDialogElement) || !(input instanceof HTMLInputElement) || !count || !results)
    return;
  const show = () => {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    void search();
  };
  const search = async () => {
    const index = await loadIndex();
    if (!index) {
      count.textContent = 'The index of the book could not be loaded.';
      return;
    }
    const words = input.value.trim();
    const found = words === '' ? [] : index.search(words);
    count.textContent = tell(words, found.length);
    results.replaceChildren(...found.slice(0, MOST).map(item));
  };
  open.hidden = false;
  open.addEventListener('click', show);
  input.addEventListener('input', () => void search());
  dialog.addEventListener('keydown', (event) => move(event, dialog, input, results));
  dialog.addEventListener('click', (event) => {
    // The dialog itself is hit only outside of what is in it.
    const link = event.target instanceof Element && event.target.closest('a');
    if (event.target === dialog || link) dialog.close();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    show();
  });
}

let index: Promise<MiniSearch<Found> | null> | undefined;

function loadIndex(): Promise<MiniSearch<Found> | null> {
  index ??= new Promise((resolve) => {
    const script = make('script', { src: `${base()}assets/search.js` });
    script.addEventListener('load', () =>
      resolve(window.bookIndex === undefined ? null : MiniSearch.loadJSON<Found>(window.bookIndex, searchOptions)),
    );
    script.addEventListener('error', () => {
      index = undefined; // another try may do
      resolve(null);
    });
    document.head.append(script);
  });
  return index;
}

function tell(words: string, found: number): string {
  if (words === '') return '';
  if (found === 0) return 'Nothing found. Fewer letters find more.';
  return found === 1 ? 'One place' : found > MOST ? `${found} places, the first ${MOST} of them` : `${found} places`;
}

function item(result: SearchResult): HTMLElement {
  const { id, heading, page, text } = result as SearchResult & Found;
  const where = heading === page ? null : make('span', { class: 'where' }, page);
  return make(
    'li',
    {},
    make('a', { href: `${base()}${id}` }, make('strong', {}, heading), where, excerpt(text, result.terms)),
  );
}

/** The words around the first one that was found, with what was found marked. */
function excerpt(text: string, terms: readonly string[]): HTMLElement {
  const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`(${escaped.join('|')})`, 'gi');
  const first = escaped.length === 0 ? 0 : Math.max(0, text.search(pattern));
  const begin = first < 50 ? 0 : text.indexOf(' ', first - 50) + 1;
  const rest = text.slice(begin);
  const end = rest.length <= LONGEST ? rest.length : rest.lastIndexOf(' ', LONGEST);
  const cut = rest.slice(0, end === -1 ? LONGEST : end);
  const pieces = escaped.length === 0 ? [cut] : cut.split(pattern);
  return make(
    'span',
    { class: 'excerpt' },
    begin > 0 ? '… ' : null,
    ...pieces.map((piece, at) => (at % 2 === 1 ? make('mark', {}, piece) : piece)),
    cut.length < rest.length ? ' …' : null,
  );
}

function move(event: KeyboardEvent, dialog: HTMLDialogElement, input: HTMLElement, results: HTMLElement): void {
  const links = [...results.querySelectorAll('a')];
  const at = links.findIndex((link) => link === document.activeElement);
  // The browser would only empty the field at first.
  if (event.key === 'Escape') dialog.close();
  else if (event.key === 'Enter' && document.activeElement === input) {
    links[0]?.click();
  } else if (event.key === 'ArrowDown') (links[at + 1] ?? links.at(-1))?.focus();
  else if (event.key === 'ArrowUp') (at > 0 ? links[at - 1] : input)?.focus();
  else return;
  event.preventDefault();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}
