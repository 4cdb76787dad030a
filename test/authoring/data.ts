// A lesson's data: valid by its schema, and its parts fit each other.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { workbookRoot } from '#workbook';
import type { Complaint } from './complaint.ts';
import type { LessonSurvey } from './survey.ts';

const SCHEMA = 'runner/workbook/lesson.schema.json';

// verbose: an error then brings what the schema says of the place
const validate = new Ajv({ allErrors: true, verbose: true }).compile(
  JSON.parse(readFileSync(join(workbookRoot, SCHEMA), 'utf8')) as object,
);

export function wrongData({ lesson, data }: LessonSurvey): readonly Complaint[] {
  const file = `lessons/${lesson.slug}/lesson.ts`;
  if (data.kind === 'failed')
    return [{ what: `${file} cannot be loaded`, why: data.why, next: `mend ${file}; its parts are told in ${SCHEMA}` }];
  if (!validate(data.value)) return (validate.errors ?? []).map((error) => invalid(file, error));
  const { clauses, firstToDo } = data.value;
  const ids = clauses.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return [
    ...twice.map((id) => ({
      what: `${file}: two clauses are called ${id}`,
      why: 'Findings, headings and specimens name a clause by its number.',
      next: 'give each clause a number of its own',
    })),
    ...(ids.includes(firstToDo)
      ? []
      : [
          {
            what: `${file}: firstToDo is ${firstToDo}, and there is no such clause`,
            why: 'It is what the untouched starter is told first, and where a learner begins.',
            next: `set it to one of ${ids.join(', ')}`,
          },
        ]),
  ];
}

function invalid(file: string, error: ErrorObject): Complaint {
  const place = error.instancePath.slice(1).replaceAll('/', '.') || 'the data';
  const description: unknown = error.parentSchema?.['description'];
  return {
    what: `${file}: ${place} ${error.message ?? 'is not valid'}${detail(error)}`,
    why: typeof description === 'string' ? description : `${SCHEMA} says what each part is for.`,
    next: `mend ${place} in ${file}`,
  };
}

function detail({ keyword, params }: ErrorObject): string {
  return keyword === 'additionalProperties' ? ` (${String(params['additionalProperty'])})` : '';
}
