// The menu of a lesson: everything that can be done with it, until the learner goes.
import { findLessons, type Lesson, load } from '#workbook';
import { showChapter } from './chapter.ts';
import { ask } from './confirm.ts';
import { DONE } from './exit.ts';
import { settle, showTask } from './task.ts';
import { predict } from './predict.ts';
import { runExercise } from './run.ts';
import type { Surroundings } from './surroundings.ts';
import type { Typed, Verb } from './usage.ts';

/** Ends with the learner's choice to end. Stays where it is after a check: going on is the learner's decision. */
export async function menu(first: Lesson, surroundings: Surroundings): Promise<number> {
  const lessons = findLessons(surroundings.root);
  let lesson = first;
  let suggested = 'run';
  for (;;) {
    const choices = choicesFor(lesson, lessons);
    surroundings.stdout.write('\n');
    const answer = await ask([
      {
        type: 'select',
        name: 'go',
        message: `Lesson ${lesson.number}`,
        choices,
        default: suggested,
        pageSize: choices.length,
        loop: false,
      },
    ]);
    if (answer === null || answer.go === 'quit') return DONE;
    suggested = String(answer.go);
    const neighbour = lessons[lessons.indexOf(lesson) + (answer.go === 'next' ? 1 : answer.go === 'previous' ? -1 : 0)];
    if (neighbour && neighbour !== lesson) {
      lesson = neighbour;
      suggested = 'run';
      await showTask(lesson, surroundings);
      await settle(lesson, surroundings);
    } else await act(suggested, lesson, surroundings);
  }
}

function choicesFor(lesson: Lesson, lessons: readonly Lesson[]): { name: string; value: string }[] {
  const at = lessons.indexOf(lesson);
  return [
    { name: 'read the chapter', value: 'chapter' },
    { name: 'predict what happens', value: 'predict' },
    { name: 'run the exercise', value: 'run' },
    { name: 'check it', value: 'check' },
    { name: 'hint', value: 'hint' },
    { name: 'difference to the solution', value: 'solution' },
    { name: 'reset to the starter', value: 'reset' },
    { name: 'show the task again', value: 'task' },
    ...(lessons[at + 1] ? [{ name: 'next lesson', value: 'next' }] : []),
    ...(at > 0 ? [{ name: 'previous lesson', value: 'previous' }] : []),
    { name: 'quit', value: 'quit' },
  ];
}

async function act(choice: string, lesson: Lesson, surroundings: Surroundings): Promise<void> {
  switch (choice) {
    case 'task':
      return showTask(lesson, surroundings);
    case 'chapter':
      return showChapter(lesson, surroundings);
    case 'predict':
      return predict(lesson, surroundings);
    case 'run':
      return runExercise(lesson, surroundings);
    case 'check':
    case 'hint':
    case 'solution':
    case 'reset':
      return doVerb(choice, lesson, surroundings);
    default:
  }
}

async function doVerb(
  verb: 'check' | 'hint' | 'solution' | 'reset',
  lesson: Lesson,
  surroundings: Surroundings,
): Promise<void> {
  type Act = (typed: Typed<Verb>, surroundings: Surroundings) => Promise<number>;
  const file = await load<Record<string, Act>>(`${import.meta.dirname}/${verb}.ts`);
  await file[verb]?.({ lesson: lesson.id, flags: {} }, surroundings);
}
