// Marks tell themselves when pointed at; one press of Tab reaches the picture, and arrow keys go from mark to mark.
import { make } from './element.ts';

export interface Pointing {
  /** To be called when the picture was drawn again: marks move, come and go. */
  readonly drawn: () => void;
}

const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];

/** `pressed` is called for a mark that is clicked, or on which Enter is pressed. */
export function openPointing(frame: HTMLElement, svg: SVGSVGElement, pressed: (mark: Element) => void): Pointing {
  const tip = make('div', { class: 'tip', 'aria-hidden': 'true', hidden: '' });
  document.body.append(tip);
  let current: Element | null = null;
  /** What the tip tells of, and whether it was pointed at instead of having the focus. */
  let told: { readonly mark: Element; readonly x: number; readonly y: number; readonly pointed: boolean } | null = null;
  /** Where the focus was: should its mark go, the next one to it takes over. */
  let last = { x: 0, row: '' };

  const tell = (mark: Element, x: number, y: number, pointed: boolean) => {
    told = { mark, x, y, pointed };
    tip.textContent = mark.getAttribute('aria-label');
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const room = document.documentElement.clientWidth - width - 8;
    const left = Math.max(8, Math.min(x - width / 2, room));
    const top = y - height - 14 < 8 ? y + 18 : y - height - 14;
    tip.style.transform = `translate(${left}px,${top}px)`;
  };
  const hide = () => {
    told = null;
    tip.hidden = true;
  };
  const become = (mark: Element | null) => {
    if (mark === current) return;
    current?.setAttribute('tabindex', '-1');
    current = mark;
    current?.setAttribute('tabindex', '0');
  };
  const marks = () => [...svg.querySelectorAll('.m')];
  const tellFocused = (mark: Element) => {
    const { x, y } = placeOf(mark);
    last = { x, row: rowOf(mark) };
    tell(mark, x, y, false);
  };

  frame.addEventListener('pointermove', (event) => {
    const mark = markAt(event.target);
    if (mark) tell(mark, event.clientX, event.clientY, true);
    else if (told?.pointed) hide();
  });
  frame.addEventListener('pointerleave', () => {
    if (told?.pointed) hide();
  });
  frame.addEventListener('focusin', (event) => {
    const mark = markAt(event.target);
    if (!mark) return;
    become(mark);
    tellFocused(mark);
  });
  frame.addEventListener('focusout', hide);
  frame.addEventListener('click', (event) => {
    const mark = markAt(event.target);
    if (mark) pressed(mark);
  });
  frame.addEventListener('keydown', (event) => {
    const mark = markAt(event.target);
    if (!mark) return;
    if (event.key === 'Enter') pressed(mark);
    else if (KEYS.includes(event.key) && !event.shiftKey) focus(next(marks(), mark, event.key));
    else return;
    event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
  });

  return {
    drawn: () => {
      if (current !== null && !current.isConnected) {
        const had = told !== null && !told.pointed && told.mark === current;
        become(nearest(marks(), last));
        if (had && current !== null) focus(current);
      }
      if (current === null) become(marks()[0] ?? null);
      if (told === null) return;
      if (!told.mark.isConnected) hide();
      else if (told.pointed) tip.textContent = told.mark.getAttribute('aria-label');
      else tellFocused(told.mark);
    },
  };
}

function markAt(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest('.m') : null;
}

function focus(mark: Element | undefined): void {
  if (!(mark instanceof SVGElement)) return;
  if (!mark.hasAttribute('tabindex')) mark.setAttribute('tabindex', '-1');
  mark.focus();
}

function rowOf(mark: Element): string {
  return mark.getAttribute('data-row') ?? '';
}

function placeOf(mark: Element): { readonly x: number; readonly left: number; readonly y: number } {
  const box = (mark.querySelector('use, .hit, line') ?? mark).getBoundingClientRect();
  return { x: box.left + box.width / 2, left: box.left, y: box.top };
}

function next(marks: readonly Element[], from: Element, key: string): Element | undefined {
  const row = (of: string) =>
    marks.filter((each) => rowOf(each) === of).sort((a, b) => placeOf(a).left - placeOf(b).left);
  const own = row(rowOf(from));
  if (key === 'Home') return own[0];
  if (key === 'End') return own.at(-1);
  if (key === 'ArrowLeft' || key === 'ArrowRight') return own[own.indexOf(from) + (key === 'ArrowRight' ? 1 : -1)];
  const rows = [...new Set(marks.map((each) => Number(rowOf(each))))].sort((a, b) => a - b);
  const other = rows[rows.indexOf(Number(rowOf(from))) + (key === 'ArrowDown' ? 1 : -1)];
  return other === undefined
    ? undefined
    : (nearest(row(String(other)), { x: placeOf(from).x, row: String(other) }) ?? undefined);
}

function nearest(marks: readonly Element[], { x, row }: { readonly x: number; readonly row: string }): Element | null {
  const own = marks.filter((each) => rowOf(each) === row);
  const far = (mark: Element) => Math.abs(placeOf(mark).x - x);
  return (own.length === 0 ? [...marks] : own).sort((a, b) => far(a) - far(b))[0] ?? null;
}
