// Elements by name, made, and kept up to date. Words go in as text, so that nothing that a program printed becomes markup.

/** What the page has for the script to find. */
export type Id =
  | 'beat'
  | 'controls'
  | 'key'
  | 'news'
  | 'output'
  | 'overview'
  | 'overview-title'
  | 'processes'
  | 'sides'
  | 'status'
  | 'still'
  | 'title'
  | 'tools';

export function byId(id: Id): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

export type Attributes = Readonly<Record<string, string>>;
type Inside = string | Node | null;

export function make<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...inside: readonly Inside[]
): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside.filter((each) => each !== null));
  return element;
}

export function draw<T extends keyof SVGElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...inside: readonly Node[]
): SVGElementTagNameMap[T] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}

/** Touches the page only where something is new: it is called ten times a second. */
export function set(element: Element, attributes: Readonly<Record<string, string | number | null>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
}

export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element: HTMLElement, visible: boolean): void {
  if (element.hidden === visible) element.hidden = !visible;
}

/** Elements for things that come and go, each kept as long as its key is there, so that focus stays where it is. */
export function keyed<T, E extends Element>(
  parent: Element,
  create: (item: T) => E,
  update: (element: E, item: T) => void,
): (items: readonly (readonly [key: string, item: T])[]) => void {
  const known = new Map<string, E>();
  return (items) => {
    const wanted = new Set(items.map(([key]) => key));
    for (const [key, element] of known) {
      if (wanted.has(key)) continue;
      known.delete(key);
      element.remove();
    }
    let next = parent.firstElementChild;
    for (const [key, item] of items) {
      const element = known.get(key) ?? create(item);
      known.set(key, element);
      update(element, item);
      if (element === next) next = element.nextElementSibling;
      else parent.insertBefore(element, next);
    }
  };
}

/** Text of ours in which code stands in backticks. */
export function withCode(text: string): Node[] {
  return text
    .split('`')
    .map((piece, index) => (index % 2 === 1 ? make('code', {}, piece) : document.createTextNode(piece)));
}

/** Whoever chose with the mouse goes on with the page's keys; whoever chose with the keyboard is still there. */
export function letGoAfterMouse(select: HTMLSelectElement): void {
  let byMouse = false;
  select.addEventListener('pointerdown', () => (byMouse = true));
  select.addEventListener('keydown', () => (byMouse = false));
  select.addEventListener('change', () => {
    if (byMouse) select.blur();
  });
}

/** A key as it is written beside what it does. */
export function keyHint(key: string): HTMLElement {
  return make('kbd', { 'aria-hidden': 'true' }, key);
}
