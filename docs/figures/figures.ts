// The figures that are drawn from recorded runs, by name: what is kept of a run, and how it is drawn.
import type { Event, History } from '#history';
import * as crashLoop from './crash-loop.ts';
import * as exception from './exception.ts';
import * as lives from './lives.ts';
import * as lostUpdate from './lost-update.ts';
import * as missingListener from './missing-listener.ts';
import * as onePort from './one-port.ts';
import * as rollingRestart from './rolling-restart.ts';
import * as roundRobin from './round-robin.ts';
import * as shutdown from './shutdown.ts';
import type { Figure } from './svg.ts';

const FIGURES = {
  'one-port': onePort,
  'round-robin': roundRobin,
  'missing-listener': missingListener,
  'rolling-restart': rollingRestart,
  lives,
  'crash-loop': crashLoop,
  shutdown,
  exception,
  'lost-update': lostUpdate,
} satisfies Record<string, { KINDS: readonly Event['kind'][]; figure(recordings: readonly History[]): Figure }>;

export type FigureName = keyof typeof FIGURES;

export const names = Object.keys(FIGURES) as FigureName[];

export function isFigure(word: string): word is FigureName {
  return Object.hasOwn(FIGURES, word);
}

export function kindsOf(name: FigureName): readonly Event['kind'][] {
  return FIGURES[name].KINDS;
}

export function figureOf(name: FigureName, recordings: readonly History[]): Figure {
  return FIGURES[name].figure(recordings);
}
