// Which of the page's shapes is the mark of which loss: each is told from the others without its colour.
import type { LossClass } from '#history';

export const LOSS_SYMBOLS: Readonly<Record<LossClass, string>> = {
  reset: 'lost-reset',
  closed: 'lost-closed',
  cut: 'lost-cut',
  refused: 'lost-refused',
  hanging: 'lost-hanging',
  unfinished: 'lost-unfinished',
  'answered with an error': 'lost-error',
};
