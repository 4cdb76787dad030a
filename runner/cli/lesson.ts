// `lesson`: the task. In a terminal a menu follows; elsewhere the commands that the menu stands for.
import { relative } from 'node:path';
import { type Lesson, load } from '#workbook';
import { DONE } from './exit.ts';
import type * as Menu from './menu.ts';
import { pickLesson } from './pick.ts';
import { interactive, type Surroundings } from './surroundings.ts';
import { settle, showTask } from './task.ts';
import type { Typed } from './usage.ts';

export async function lesson({ lesson: typed }: Typed<'lesson'>, surroundings: Surroundings): Promise<number> {
  const picked = await pickLesson(typed, surroundings);
  if ('exit' in picked) return picked.exit;
  await showTask(picked.lesson, surroundings);
  await settle(picked.lesson, surroundings);
  if (!interactive(surroundings)) {
    surroundings.stdout.write(commands(picked.lesson));
    return DONE;
  }
  const { menu } = await load<typeof Menu>(`${import.meta.dirname}/menu.ts`);
  return menu(picked.lesson, surroundings);
}

function commands(chosen: Lesson): string {
  const { number } = chosen;
  return [
    `  edit  ${relative(chosen.root, chosen.exercise)}`,
    `  read  ${relative(chosen.root, chosen.chapter)}`,
    `  next  npm run check ${number}`,
    `        npm run hint ${number}`,
    '',
  ].join('\n');
}
