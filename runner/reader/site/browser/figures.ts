// Pictures that are stepped through: those that bring steps, with buttons, keys, and each step in words.
import { make } from './element.ts';

/** So long a step stays when they play by themselves, in ms for each letter of its words: enough to read them. */
const LETTER_MS = 50;

export function figures(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('figure[data-figure]')) {
    const picture = figure.querySelector('svg');
    const steps = [...(picture?.querySelectorAll('.step') ?? [])];
    if (picture && steps.length > 0) stepThrough(figure, picture, steps);
  }
}

function stepThrough(figure: HTMLElement, picture: SVGSVGElement, steps: readonly Element[]): void {
  const words = steps.map((step) => step.querySelector('desc')?.textContent ?? '');
  const intro = `A recorded run in ${steps.length} steps.`;
  const telling = make('p', { class: 'telling', 'aria-live': 'polite', 'aria-atomic': 'true' });
  const count = make('span', { class: 'count' });
  const button = (name: string, act: () => void) => {
    const made = make('button', { type: 'button' }, name);
    made.addEventListener('click', act);
    return made;
  };
  const over = button('Start over', () => goBy(0));
  const back = button('Back', () => goBy(at - 1));
  const play = button('Play', () => playOrPause());
  const next = button('Next', () => goBy(at + 1));
  // for the eyes: how far the time of a step is that plays
  const progress = make('div', { class: 'progress', 'aria-hidden': 'true' });
  figure.append(make('div', { class: 'steps' }, over, back, play, next, count), progress, telling);
  figure.tabIndex = 0;
  figure.setAttribute('role', 'group');
  figure.setAttribute(
    'aria-label',
    `${picture.querySelector('title')?.textContent ?? 'Picture'}: left and right arrow keys for the steps, space to play`,
  );

  /** 0 is the picture as it stands. */
  let at = 0;
  let playing: ReturnType<typeof setTimeout> | undefined;
  figure.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === 'ArrowRight') goBy(at + 1);
    else if (event.key === 'ArrowLeft') goBy(at - 1);
    else if (event.key === 'Home') goBy(0);
    else if (event.key === 'End') goBy(steps.length);
    // a button that has the focus is pressed by it
    else if (event.key === ' ' && event.target === figure) playOrPause();
    else return;
    event.preventDefault();
  });
  addEventListener('resize', keepRoom);
  show(0);
  keepRoom();

  /** By the reader's own hand: whatever plays stops. */
  function goBy(step: number): void {
    pause();
    show(step);
  }

  function show(step: number): void {
    at = Math.max(0, Math.min(steps.length, step));
    picture.classList.toggle('stepping', at > 0);
    for (const [index, each] of steps.entries()) each.classList.toggle('shown', index === at - 1);
    telling.textContent = at === 0 ? intro : (words[at - 1] ?? '');
    count.textContent = counted();
    // not disabled: a button that has the focus would lose it
    for (const each of [over, back]) each.setAttribute('aria-disabled', String(at === 0));
    next.setAttribute('aria-disabled', String(at === steps.length));
  }

  function counted(): string {
    return at === 0 ? '' : `${at}/${steps.length}`;
  }

  function playOrPause(): void {
    if (playing !== undefined) return pause();
    play.textContent = 'Pause';
    playOn(at === steps.length ? 1 : at + 1);
  }

  function playOn(step: number): void {
    show(step);
    if (step === steps.length) return pause();
    const ms = LETTER_MS * (words[step - 1]?.length ?? 0);
    const bar = make('i');
    bar.style.animationDuration = `${ms}ms`;
    progress.replaceChildren(bar);
    count.textContent = `playing ${count.textContent}`;
    playing = setTimeout(() => playOn(step + 1), ms);
  }

  function pause(): void {
    clearTimeout(playing);
    playing = undefined;
    progress.replaceChildren();
    count.textContent = counted();
    play.textContent = 'Play';
  }

  /** The text below stays where it is, however long a step's words are. Measured beside: what is being told is read out. */
  function keepRoom(): void {
    const measure = make('p', { class: 'telling', 'aria-hidden': 'true' });
    figure.append(measure);
    const heights = words.map((each) => {
      measure.textContent = each;
      return measure.getBoundingClientRect().height;
    });
    measure.remove();
    telling.style.minHeight = `${Math.ceil(Math.max(...heights))}px`;
  }
}
