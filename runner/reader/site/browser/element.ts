// Elements by name, and elements made. Words go in as text, so that nothing that a program printed becomes markup.

/** What the pages have for the script to find. A heading's anchor never begins with `_` unless its text does. */
export type Id =
  '_contents' | '_count' | '_open-contents' | '_open-search' | '_results' | '_search' | '_text' | '_theme' | '_words';

export function byId(id: Id): HTMLElement | null {
  return document.getElementById(id);
}

type Inside = string | Node | null;

export function make<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Readonly<Record<string, string>> = {},
  ...inside: readonly Inside[]
): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside.filter((each) => each !== null));
  return element;
}

/** How to get from this page to the site's first folder: empty, or `../` so many times. */
export function base(): string {
  return document.body.dataset.base ?? '';
}
