// The public face of the workbook: lessons and how far the learner is in them.
export { writeAtomic } from './atomic.ts';
export type { Beat, BeatAction, Whom } from './beat.ts';
export type { Answer, Experiment, Experiments, Tried } from './experiment.ts';
export { findLessons, type Lesson, workbookRoot } from './find.ts';
export { givenBy } from './given.ts';
export { addToJournal, type Happening } from './journal.ts';
export type { Clause, LessonData, Prediction, Shows } from './lesson.ts';
export { load } from './load.ts';
export { nearest } from './nearest.ts';
export { lessonAt, type LessonProgress, nextOpen, type Progress, readProgress } from './progress.ts';
export { readRecorded, type Recorded, writeRecorded } from './recorded.ts';
export { lessonAround, type Resolved, resolveLesson } from './resolve.ts';
export { restoreStarter } from './restore.ts';
