// How far the reader is, told by the server of `npm run docs`. Pages from a file or another server ask nobody.
import type { LastRun, News, ShownFinding } from '../news.ts';
import { base, make } from './element.ts';

const MARKS = { passed: ['✔', 'passed'], open: ['○', 'begun'], new: ['', ''] } as const;
const STATUS = { holds: ['✔', 'holds'], broken: ['✖', 'broken'], inconclusive: ['·', 'not judged'] } as const;

export function lessonNews(): void {
  if (document.body.dataset.live === undefined) return;
  const place = document.querySelector<HTMLElement>('.findings');
  const lesson = place?.dataset.lesson;
  const status = make('p', { role: 'status' });
  const found = make('div');
  place?.append(status, found);
  let source: EventSource | null = null;
  const listen = () => {
    if (source) return;
    source = new EventSource(`${base()}live${lesson === undefined ? '' : `?lesson=${lesson}`}`);
    source.addEventListener('message', (event: MessageEvent<string>) => {
      const news = JSON.parse(event.data) as News;
      showMarks(news);
      if (lesson === undefined) return;
      status.textContent = standing(news, lesson);
      found.replaceChildren(...(news.last ? findings(news.last) : []));
    });
    source.addEventListener('error', () => {
      if (place) status.textContent = 'No news: `npm run docs` has ended. Start it again to see your lesson here.';
    });
  };
  // A browser holds six connections to one server: pages that nobody sees must not take them all.
  const hide = () => {
    source?.close();
    source = null;
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? hide() : listen()));
  addEventListener('pagehide', hide);
  addEventListener('pageshow', listen);
  if (!document.hidden) listen();
}

function showMarks(news: News): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-mark]')) {
    const [sign, words] = MARKS[news.lessons[place.dataset.mark ?? '']?.mark ?? 'new'];
    place.replaceChildren(
      ...(sign === ''
        ? []
        : [make('span', { 'aria-hidden': 'true' }, ` ${sign}`), make('span', { class: 'unseen' }, ` (${words})`)]),
    );
  }
}

function standing(news: News, lesson: string): string {
  const words = news.lessons[lesson]?.words ?? 'not begun';
  return `Yours: ${words}.${news.last?.changed ? ' Your file has changed since.' : ''}`;
}

function findings({ at, findings: all }: LastRun): HTMLElement[] {
  const others = all.filter(({ status }) => status !== 'broken');
  const holding = all.filter(({ status }) => status === 'holds').length;
  const when = make('time', { datetime: at }, new Date(at).toLocaleString());
  const total = make('summary', {}, `${holding} of ${all.length} hold, checked `, when);
  return [
    ...all.filter(({ status }) => status === 'broken').map(broken),
    make('details', {}, total, make('ul', {}, ...others.map((finding) => make('li', {}, ...sentence(finding))))),
  ];
}

function broken(finding: ShownFinding): HTMLElement {
  const rows = (['expected', 'observed', 'cause'] as const).flatMap((name) =>
    finding[name] ? [make('dt', {}, name), make('dd', {}, finding[name])] : [],
  );
  const [file = '', anchor = ''] = finding.read.split('#');
  const href = `${base()}${file.replace(/^docs\//, '').replace(/\.md$/, '.html')}#${anchor}`;
  const read = [make('dt', {}, 'read'), make('dd', {}, make('a', { href }, anchor.replaceAll('-', ' ')))];
  return make('div', { class: 'broken' }, make('p', {}, ...sentence(finding)), make('dl', {}, ...rows, ...read));
}

function sentence({ id, says, status, summary }: ShownFinding): (string | HTMLElement)[] {
  const [sign, words] = STATUS[status];
  return [
    make('span', { class: `status ${status}`, 'aria-hidden': 'true' }, sign),
    make('span', { class: 'unseen' }, `${words}: `),
    make('span', { class: 'says' }, ` ${id} ${says}`),
    ...(status === 'broken' || summary === '' ? [] : [make('span', { class: 'seen' }, ` ${summary}`)]),
  ];
}
