// Clauses that more than one lesson judges: their sentences, and where the book explains them.
import type { Property } from './finding.ts';
import { endsWithItsPrimary } from './properties/ending.ts';
import { forksPerCore, oneListensPerCore } from './properties/forking.ts';
import { saysHello, saysHelloTruly } from './properties/greeting.ts';
import { listensOnPort, shareOnePort } from './properties/listening.ts';
import { replacesTheKilled } from './properties/replacement.ts';
import { losesNothing } from './properties/restart/loss.ts';
import { neverListensWithFewer } from './properties/restart/never-fewer.ts';
import { replacesEveryWorker } from './properties/restart/renewal.ts';
import { retiredWorkersGo } from './properties/restart/retirement.ts';
import { waitsWithoutBlocking } from './properties/restart/slow.ts';
import { onlyWorkersServe, primaryIsSilent } from './properties/serving.ts';
import { endsWithItsGroup } from './properties/shutdown/group.ts';
import { answersWhatItHas } from './properties/shutdown/loss.ts';
import { endsInTime } from './properties/shutdown/over.ts';
import { everyWorkerAnswers, pidsAreTrue } from './properties/serving-pids.ts';

/** The scenarios on which clauses are judged. */
export interface Runs {
  readonly on: readonly string[];
}

const basics = 'docs/01-fork-per-core.md';
const rolling = 'docs/04-zero-downtime-restart.md';
const graceful = 'docs/07-graceful-shutdown.md';

export interface EveryLesson extends Runs {
  /** The scenarios that keep their answers, where not all do. */
  readonly greeted?: readonly string[];
  /** Where the book tells what outlives the primary in this lesson, where that is another thing than in the first one. */
  readonly outlived?: string;
}

/** Clauses 0.1 to 0.6 around a lesson's own. */
export function everyLesson({ on, greeted = on, outlived }: EveryLesson, own: readonly Property[]): Property[] {
  return [
    workersListen(on),
    {
      id: '0.2',
      says: 'GET / says hello from its worker',
      read: `${basics}#the-answer-to-the-letter`,
      on: greeted,
      judge: saysHelloTruly,
    },
    {
      id: '0.3',
      says: 'as many workers as cores are forked',
      read: `${basics}#ask-for-the-number-of-cores`,
      on,
      judge: forksPerCore,
    },
    workersServeThemselves(on),
    ...own,
    nothingOutlivesThePrimary(on, outlived),
  ];
}

/** Lesson 1, clauses 0.1 to 0.6 and 1.1 to 1.5, around the own ones of a lesson that builds on it. */
export function forkPerCore({ on }: Runs, own: readonly Property[] = []): Property[] {
  return [
    workersListen(on),
    {
      id: '0.2',
      says: 'GET / says hello from its worker',
      read: `${basics}#the-answer-to-the-letter`,
      on,
      judge: saysHello,
    },
    {
      id: '1.1',
      says: 'as many workers as cores listen',
      read: `${basics}#as-many-workers-as-cores`,
      on,
      judge: oneListensPerCore,
    },
    {
      id: '0.3',
      says: 'the primary forks them with cluster.fork',
      read: `${basics}#ask-for-the-number-of-cores`,
      on,
      needs: ['1.1'],
      judge: forksPerCore,
    },
    { id: '1.2', says: 'every worker answers', read: `${basics}#every-worker-answers`, on, judge: everyWorkerAnswers },
    {
      id: '1.3',
      says: 'the pids in the answers are true',
      read: `${basics}#the-pid-of-the-process-that-answers`,
      on,
      judge: pidsAreTrue,
    },
    {
      id: '1.4',
      says: 'the primary answers nothing',
      read: `${basics}#the-primary-answers-nothing`,
      on,
      judge: primaryIsSilent,
    },
    { ...workersServeThemselves(on), needs: ['1.3', '1.4'] },
    {
      id: '1.5',
      says: 'all workers share one port',
      read: `${basics}#one-port-for-all-workers`,
      on,
      judge: shareOnePort,
    },
    ...own,
    nothingOutlivesThePrimary(on),
  ];
}

/** Clause 2.3. */
export function killedIsReplaced({ on }: Runs): Property {
  return {
    id: '2.3',
    says: 'a killed worker is replaced',
    read: 'docs/02-load-balancing.md#a-killed-worker-is-replaced',
    on,
    judge: replacesTheKilled,
  };
}

/** Clause 4.1. */
export function waitsForSlow({ on }: Runs): Property {
  return {
    id: '4.1',
    says: 'a slow request blocks nobody',
    read: `${rolling}#slow-is-not-blocked`,
    on,
    judge: waitsWithoutBlocking,
  };
}

/** Clauses 4.2 to 4.5, on a restart that nothing disturbs; every worker is replaced in others, too. */
export function restartsWithoutLoss({ on, replacesOn = on }: Runs & { readonly replacesOn?: Runs['on'] }): Property[] {
  return [
    {
      id: '4.2',
      says: 'SIGHUP replaces every worker',
      read: `${rolling}#a-signal-replaces-every-worker`,
      on: replacesOn,
      judge: replacesEveryWorker,
    },
    {
      id: '4.3',
      says: 'never fewer workers listen',
      read: `${rolling}#listening-before-the-old-one-goes`,
      on,
      judge: neverListensWithFewer,
    },
    {
      id: '4.4',
      says: 'not one request is lost',
      read: `${rolling}#not-one-request-is-lost`,
      on,
      judge: losesNothing,
    },
    {
      id: '4.5',
      says: 'a retired worker goes',
      read: `${rolling}#a-retired-worker-goes`,
      on,
      judge: retiredWorkersGo,
    },
  ];
}

/** Clauses 7.1 to 7.3: where the primary alone is told to end, and where its whole process group is. */
export function shutsDown({ on, groupOn }: Runs & { readonly groupOn: Runs['on'] }): Property[] {
  return [
    {
      id: '7.1',
      says: 'what is in hand is answered',
      read: `${graceful}#what-is-in-hand-is-answered`,
      on,
      judge: answersWhatItHas,
    },
    {
      id: '7.2',
      says: 'it is over in time, with code 0',
      read: `${graceful}#over-in-time-with-code-0`,
      on,
      judge: endsInTime,
    },
    {
      id: '7.3',
      says: 'Ctrl-C ends it in order, too',
      read: `${graceful}#a-signal-to-the-whole-group`,
      on: groupOn,
      needs: ['7.1', '7.2'],
      judge: endsWithItsGroup,
    },
  ];
}

function workersListen(on: readonly string[]): Property {
  return {
    id: '0.1',
    says: 'the workers listen on PORT',
    read: `${basics}#the-port-comes-from-the-environment`,
    on,
    judge: listensOnPort,
  };
}

function workersServeThemselves(on: readonly string[]): Property {
  return {
    id: '0.4',
    says: 'each worker listens itself and forks nothing',
    read: `${basics}#only-workers-listen`,
    on,
    judge: onlyWorkersServe,
  };
}

function nothingOutlivesThePrimary(on: readonly string[], read = `${basics}#workers-end-with-their-primary`): Property {
  return {
    id: '0.6',
    says: 'nothing outlives the primary',
    read,
    on,
    judge: endsWithItsPrimary,
  };
}
