// Light or dark: as the system has it, until the reader chooses.
import { byId } from './element.ts';

const ORDER = ['auto', 'light', 'dark'] as const;
type Theme = (typeof ORDER)[number];

export function themeSwitch(): void {
  const button = byId('_theme');
  const name = button?.querySelector('span');
  if (!button || !name) return;
  const show = (theme: Theme) => {
    name.textContent = theme;
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  show(chosen());
  button.hidden = false;
  button.addEventListener('click', () => {
    const next = ORDER[(ORDER.indexOf(chosen()) + 1) % ORDER.length] ?? 'auto';
    remember(next);
    show(next);
  });
}

// Where storage is forbidden the choice lasts as long as the page.
let unstored: Theme = 'auto';

function chosen(): Theme {
  try {
    return ORDER.find((theme) => theme === localStorage.getItem('theme')) ?? 'auto';
  } catch {
    return unstored;
  }
}

function remember(theme: Theme): void {
  unstored = theme;
  try {
    localStorage.setItem('theme', theme);
  } catch {
    // kept for this page alone
  }
}
