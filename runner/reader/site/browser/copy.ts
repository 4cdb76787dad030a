// A button at each code block that copies it.
import { make } from './element.ts';

export function copyButtons(): void {
  for (const block of document.querySelectorAll('.code')) {
    const code = block.querySelector('code');
    if (!code) continue;
    const button = make('button', { type: 'button', class: 'copy' }, 'Copy');
    button.addEventListener('click', () => {
      void copy(code).then((done) => {
        button.textContent = done ? 'Copied' : 'Select it';
        setTimeout(() => (button.textContent = 'Copy'), 1500);
      });
    });
    block.append(button);
  }
}

async function copy(code: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    // Where no page may write there, as in some browsers for a page from a file, the code is at least marked.
    getSelection()?.selectAllChildren(code);
    return false;
  }
}
