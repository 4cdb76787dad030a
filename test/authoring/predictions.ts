// A lesson's predictions: each has an experiment that answers it, a recorded answer, and a heading that explains it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Prediction } from '#workbook';
import type { Complaint } from './complaint.ts';
import { arrives, type LessonSurvey } from './survey.ts';

/** Data that are not valid are told of elsewhere. */
export async function wrongPredictions(survey: LessonSurvey): Promise<readonly Complaint[]> {
  const { lesson, data, experiments, chapter } = survey;
  if (data.kind === 'failed' || !Array.isArray(data.value.predictions)) return [];
  const { predictions } = data.value;
  const file = `lessons/${lesson.slug}/predictions.ts`;
  const ids = predictions.map(({ id }) => id);
  if (experiments.kind === 'failed')
    return [
      { what: `${file} cannot be loaded`, why: `It answers the predictions: ${experiments.why}`, next: `mend ${file}` },
    ];
  const each = await Promise.all(predictions.map((prediction) => wrongPrediction(prediction, survey)));
  return [
    ...ids
      .filter((id, index) => ids.indexOf(id) !== index)
      .map((id) => ({
        what: `lesson ${lesson.number}: two predictions are called ${id}`,
        why: 'The name leads to the experiment that answers it.',
        next: 'give each prediction a name of its own',
      })),
    ...each.flat(),
    ...experiments.value
      .filter((id) => !ids.includes(id))
      .map((id) => ({
        what: `${file}: ${id} answers no prediction`,
        why: 'Nobody would ever run it.',
        next: `ask for it in lessons/${lesson.slug}/lesson.ts, or remove it`,
      })),
    ...(chapter === null || chapter.includes('<div data-predictions></div>')
      ? []
      : [
          {
            what: `docs/${lesson.slug}.md has no place for the predictions`,
            why: 'They are asked on the chapter’s page, too.',
            next: 'put <div data-predictions></div> on a line of its own, where a reader knows enough to guess',
          },
        ]),
  ];
}

async function wrongPrediction(
  { id, answer, choices, program, read }: Prediction,
  { lesson, experiments, recorded }: LessonSurvey,
): Promise<readonly Complaint[]> {
  const named = `lesson ${lesson.number}: the prediction ${id}`;
  const heading = `docs/${lesson.slug}.md#${read}`;
  const fits = choices === undefined ? typeof answer === 'number' : Object.hasOwn(choices, answer);
  const known = experiments.kind === 'loaded' && experiments.value.includes(id);
  const kept = recorded?.answers[id];
  return [
    ...(fits
      ? []
      : [
          {
            what: `${named} has the answer ${answer}, which nobody can give`,
            why: 'Where there are choices it is the name of one of them, else a number.',
            next: 'mend the answer, or the choices',
          },
        ]),
    ...(program === undefined || existsSync(join(lesson.folder, program))
      ? []
      : [
          {
            what: `${named} is about ${program}, and there is no such file`,
            why: 'It is what is run, and what the reader looks at.',
            next: `write lessons/${lesson.slug}/${program.replace('./', '')}`,
          },
        ]),
    ...((await arrives(lesson.root, heading))
      ? []
      : [
          {
            what: `${named} leads to ${heading}, and there is no such heading`,
            why: 'A wrong guess leads there.',
            next: 'lead to a heading of the chapter, or write it',
          },
        ]),
    ...(known
      ? []
      : [
          {
            what: `${named} has no experiment`,
            why: 'What really happens is seen in a run.',
            next: `export it in lessons/${lesson.slug}/predictions.ts, as experiments['${id}']`,
          },
        ]),
    ...(!known || kept?.value === answer
      ? []
      : [
          {
            what: `${named} has the answer ${answer}, and ${kept === undefined ? 'none' : kept.value} is recorded`,
            why: 'The recorded answer is shown in the book where nobody can run it.',
            next: `npm run predictions -- --lesson ${lesson.number}`,
          },
        ]),
  ];
}
