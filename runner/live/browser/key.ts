// What the signs mean, below the picture.
import type { LossClass } from '#history';
import { byId, draw, make } from './element.ts';
import { LOSS_SYMBOLS } from './symbols.ts';
import { LOSSES } from './words.ts';

export function showKey(): void {
  const use = (href: string) => draw('use', { href: `#${href}`, x: '14', y: '9' });
  const line = (kind: string) => draw('line', { class: kind, x1: '2', x2: '26', y1: '9', y2: '9' });
  const box = (kind: string) => draw('rect', { class: kind, x: '2', y: '2', width: '24', height: '14' });
  const signs: [string, ...SVGElement[]][] = [
    ['forked', line('forked')],
    ['online', line('online')],
    ['listening, with what it answered', box('listening'), draw('path', { class: 'c1', d: 'M8 16V8h5V5h6v11z' })],
    ['draining', box('draining')],
    ['frozen', box('listening'), box('frozen')],
    ['dead', use('died')],
    ['left as planned', use('left')],
    [
      'message, to where its head is',
      draw('path', { class: 'stem', d: 'M14 1V12' }),
      draw('path', { class: 'head', d: 'M11 11 14 17 17 11z' }),
    ],
    [
      'heard by nobody',
      draw('path', { class: 'stem unheard', d: 'M14 1V12' }),
      draw('path', { class: 'head unheard', d: 'M11 11 14 17 17 11z' }),
    ],
    ...(Object.keys(LOSS_SYMBOLS) as LossClass[]).map((kind): [string, SVGElement] => [
      `lost: ${LOSSES[kind]}`,
      use(LOSS_SYMBOLS[kind]),
    ]),
  ];
  byId('key').append(
    make(
      'details',
      {},
      make('summary', {}, 'What the signs mean'),
      make(
        'ul',
        { class: 'key-list' },
        ...signs.map(([words, ...shapes]) =>
          make('li', {}, draw('svg', { width: '28', height: '18', 'aria-hidden': 'true' }, ...shapes), words),
        ),
      ),
    ),
  );
}
