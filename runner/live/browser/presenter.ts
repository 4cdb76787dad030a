// For the front of a room: full screen, size of type, contrast, and light or dark.
import { command, type Command } from './commands.ts';
import { recall, remember } from './memory.ts';

/** In percent of the usual size. */
const SIZES = [75, 87.5, 100, 112.5, 125, 150, 175, 200] as const;
const USUAL = 100;
const THEMES = ['auto', 'light', 'dark'] as const;

export interface Presenter {
  readonly full: Command;
  readonly larger: Command;
  readonly smaller: Command;
  readonly contrast: Command;
  readonly theme: Command;
}

/** `changed` is called where everything has another size or colour. */
export function createPresenter(changed: () => void): Presenter {
  const always = () => null;
  const root = document.documentElement;
  let size = Number(recall('size') ?? USUAL);
  let contrast = recall('contrast') === 'more';
  let theme = THEMES.find((each) => each === recall('theme')) ?? 'auto';
  const apply = () => {
    root.style.setProperty('--size', String(size / USUAL));
    root.classList.toggle('contrast', contrast);
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    changed();
  };
  const resize = (next: number | undefined) => {
    size = next ?? size;
    remember('size', String(size));
    apply();
  };
  apply();
  document.addEventListener('fullscreenchange', changed);
  return {
    full: command('Page', 'Full screen', 'fill the screen, lanes first, or no longer', ['f'], fillScreen, () =>
      document.fullscreenEnabled ? null : 'This browser does not let the page fill the screen.',
    ),
    larger: command('Page', 'A+', 'larger type', ['+', '='], () => resize(SIZES.find((each) => each > size)), always),
    smaller: command('Page', 'A−', 'smaller type', ['-'], () => resize(SIZES.findLast((each) => each < size)), always),
    contrast: command(
      'Page',
      'Contrast',
      'more contrast, or as usual',
      ['c'],
      () => {
        contrast = !contrast;
        remember('contrast', contrast ? 'more' : 'usual');
        apply();
      },
      always,
    ),
    theme: command(
      'Page',
      'Theme',
      'light, dark, or as the system has it',
      ['h'],
      () => {
        theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
        remember('theme', theme);
        apply();
      },
      always,
    ),
  };
}

function fillScreen(): void {
  // It may be refused, as in a frame: then nothing has changed, which everybody sees.
  const asked = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  asked.catch(() => {});
}
