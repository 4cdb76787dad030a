// All that is missing in the lessons of a workbook, or does not fit. Reads files and runs no program.
import { findLessons, type Lesson } from '#workbook';
import { missingFigure, wrongChapter } from './chapter.ts';
import { wrongClauses } from './clauses.ts';
import type { Complaint } from './complaint.ts';
import { wrongData } from './data.ts';
import { missingFiles, wrongNumbers } from './files.ts';
import { wrongPredictions } from './predictions.ts';
import { wrongSpecimens } from './specimens.ts';
import { strayFiles } from './stray.ts';
import { surveyLesson } from './survey.ts';

export interface Complaints {
  readonly complaints: readonly Complaint[];
  /** What is still to come, and fails nothing. */
  readonly remarks: readonly Complaint[];
}

/** `chosen` are numbers of lessons. What belongs to no lesson is told in any case. */
export async function complaintsOf(root: string, chosen?: readonly number[]): Promise<Complaints> {
  const lessons = findLessons(root);
  const meant = lessons.filter(({ number }) => chosen?.includes(number) ?? true);
  const each = await Promise.all(meant.map(complaintsAbout));
  return {
    complaints: [
      ...wrongNumbers(lessons),
      ...each.flatMap(({ complaints }) => complaints),
      ...strayFiles(root, lessons),
    ],
    remarks: each.flatMap(({ remarks }) => remarks),
  };
}

async function complaintsAbout(lesson: Lesson): Promise<Complaints> {
  const missing = missingFiles(lesson);
  const survey = await surveyLesson(lesson);
  return {
    complaints: [
      ...missing,
      ...wrongData(survey),
      ...(missing.some(({ what }) => what.includes('/check.ts')) ? [] : await wrongClauses(survey)),
      ...(await wrongPredictions(survey)),
      ...wrongSpecimens(survey),
      ...wrongChapter(survey),
    ],
    remarks: missingFigure(survey),
  };
}
