// What is told of a worker when it has been dead for long enough: the common part of clauses 5.3, 5.4 and 5.5.
import type { Life } from '#history';
import type { Witness } from '../../finding.ts';
import { OVERLOADED, stretchOf } from '../../moments.ts';
import type { Scene } from '../../scene.ts';
import { named, time } from '../../words.ts';
import { readings, type State, type Told } from './register.ts';
import { inBrief } from './telling.ts';

/** How a worker ended. */
export type Ending = Pick<Told, 'code' | 'signal' | 'planned'>;

export type Afterwards =
  | { readonly kind: 'right'; readonly judged: number }
  | { readonly kind: 'unread'; readonly why: string }
  | {
      readonly kind: 'wrong';
      readonly judged: number;
      readonly state: State;
      readonly expected: string;
      readonly observed: string;
      readonly evidence: readonly Witness[];
    };

/** All answers that could know of its end, against how it is to have ended. */
export function afterwards(scene: Scene, life: Life, ending: Ending): Afterwards {
  const { exited } = life;
  if (exited === null) return { kind: 'unread', why: `${named(life)} was not seen to exit` };
  const known = readings(scene).flatMap((reading) => {
    const told = 'told' in reading.answer ? reading.answer.told.find(({ id }) => id === life.worker) : undefined;
    return reading.young || told === undefined ? [] : [{ ...reading, told }];
  });
  // as exited, at whatever moment: then it is to be told as it ended
  const late = known.filter(({ since }) => since >= exited);
  const saying = known.filter(({ told, request }) => told.state === 'exited' && request.end >= exited);
  const expected = `worker ${life.worker} (pid ${life.pid}) is told as exited, code ${ending.code}, signal ${ending.signal}, planned ${ending.planned}`;
  for (const { told, request, asker } of [...saying, ...late]) {
    const right =
      told.state === 'exited' &&
      told.code === ending.code &&
      told.signal === ending.signal &&
      told.planned === ending.planned;
    if (right) continue;
    if (told.state !== 'exited' && stretchOf(scene.history) >= OVERLOADED)
      return { kind: 'unread', why: 'this machine is too busy to tell how old the register is' };
    return {
      kind: 'wrong',
      judged: known.length,
      state: told.state,
      expected,
      observed: `${named(asker)} told, ${time(request.end - exited)} after its exit event: ${inBrief(told)}`,
      evidence: [request, asker, life],
    };
  }
  const judged = new Set([...saying, ...late]).size;
  if (judged === 0) return { kind: 'unread', why: `no worker was asked after ${named(life)} had exited` };
  return { kind: 'right', judged };
}
