// Predictions: what is guessed is compared with what a run says, of now where the book is served, else a recorded one.
import type { Tried } from '#workbook';
import type { Key, Told } from '../predictions-key.ts';
import { base, make } from './element.ts';

export function predictions(): void {
  for (const section of document.querySelectorAll<HTMLElement>('[data-predictions]')) {
    const forms = [...section.querySelectorAll<HTMLFormElement>('form[data-prediction]')];
    if (forms.length === 0) continue;
    for (const form of forms) listen(form, section.dataset.predictions ?? '');
    section.hidden = false;
  }
}

function listen(form: HTMLFormElement, lesson: string): void {
  const guessed = form.querySelector<HTMLElement>('.guess');
  const outcome = form.querySelector<HTMLElement>('.outcome');
  if (!guessed || !outcome) return;
  const key = JSON.parse(form.dataset.key ?? '') as Key;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (guessed.hidden) return;
    const data = new FormData(form);
    const said = String(data.get('guess'));
    const token = data.get('token');
    const you = row('You said', inWords(form, said));
    guessed.hidden = true;
    outcome.tabIndex = -1;
    outcome.replaceChildren(make('dl', {}, ...you), make('p', { class: 'when' }, token === null ? '' : 'It runs …'));
    outcome.focus();
    void (token === null ? Promise.resolve(recorded(key, '')) : run(form, lesson, String(token), key)).then((told) => {
      outcome.replaceChildren(...show(form, key, you, said, told), again());
    });
  });

  function again(): HTMLElement {
    const button = make('button', { type: 'button' }, 'Predict again');
    button.addEventListener('click', () => {
      outcome?.replaceChildren();
      form.reset();
      if (guessed) guessed.hidden = false;
      form.querySelector<HTMLElement>('[name=guess]')?.focus();
    });
    return make('p', {}, button);
  }
}

type Heard = Told | { readonly trouble: string };

async function run(form: HTMLFormElement, lesson: string, token: string, key: Key): Promise<Heard> {
  const address = `${base()}predict?lesson=${lesson}&id=${form.dataset.prediction ?? ''}`;
  try {
    const response = await fetch(address, { method: 'POST', headers: { 'x-book-token': token } });
    if (!response.ok) return recorded(key, (await response.text()).trim());
    const tried = (await response.json()) as Tried;
    return tried.kind === 'answer'
      ? { ...tried.answer, when: 'run just now on this machine' }
      : recorded(key, tried.why);
  } catch {
    return recorded(key, '`npm run docs` has ended.');
  }
}

/** With what went wrong, where a run of now was wanted. */
function recorded({ recorded: told }: Key, trouble: string): Heard {
  if (told === null) return { trouble: trouble || 'Nothing is recorded for this question.' };
  return trouble === '' ? told : { ...told, when: `${trouble} ${told.when}` };
}

function show(form: HTMLFormElement, key: Key, you: HTMLElement[], said: string, told: Heard): HTMLElement[] {
  if ('trouble' in told) return [make('dl', {}, ...you), make('p', { class: 'when' }, told.trouble)];
  const seen = make('span', { class: 'seen' }, told.seen);
  const it = row('It was', make('strong', {}, inWords(form, told.value)), ' ', seen);
  const parts = [make('dl', {}, ...you, ...it), make('p', { class: 'when' }, told.when)];
  if (told.value !== key.answer) {
    const usual = `Other runs say: ${inWords(form, key.answer)}. Run it once more, when this machine has less to do.`;
    return [...parts, make('p', {}, usual)];
  }
  const isRight = said === String(told.value);
  parts.push(make('p', {}, isRight ? 'As you said. ' : null, contentOf(form, '.because')));
  if (!isRight) parts.push(make('p', {}, contentOf(form, '.why')));
  return parts;
}

function contentOf(form: HTMLFormElement, template: string): Node | null {
  return form.querySelector<HTMLTemplateElement>(template)?.content.cloneNode(true) ?? null;
}

function row(name: string, ...words: (string | Node)[]): HTMLElement[] {
  return [make('dt', {}, name), make('dd', {}, ...words)];
}

function inWords(form: HTMLFormElement, value: number | string): string {
  const choices = [...form.querySelectorAll<HTMLInputElement>('input[type=radio]')];
  const choice = choices.find((each) => each.value === String(value));
  return choice?.closest('label')?.textContent?.trim() ?? Number(value).toLocaleString('en-US');
}
