// A lesson's chapter: it has a title, shows pictures that are there, and is listed where readers choose.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Complaint } from './complaint.ts';
import type { LessonSurvey } from './survey.ts';

export function wrongChapter({ lesson, chapter }: LessonSurvey): readonly Complaint[] {
  if (chapter === null) return [];
  const file = `docs/${lesson.slug}.md`;
  const figures = figuresIn(chapter);
  return [
    ...(/^# \S/.test(chapter)
      ? []
      : [
          {
            what: `${file} does not begin with a title`,
            why: 'The book’s table of contents shows it.',
            next: `begin ${file} with \`# …\``,
          },
        ]),
    ...figures
      .filter(({ target }) => !existsSync(join(lesson.root, 'docs', target)))
      .map(({ target }) => ({
        what: `${file} shows ${target}, and there is no docs/${target}`,
        why: 'A reader would see a broken picture.',
        next: `make docs/${target}, or mend the name`,
      })),
    ...figures
      .filter(({ words }) => words === '')
      .map(({ target }) => ({
        what: `${file} shows ${target} without words`,
        why: 'Who cannot see the picture reads what it says instead.',
        next: `describe it: ![what it shows](${target})`,
      })),
    ...LISTS.filter(({ list }) => !namesIn(join(lesson.root, list), `${lesson.slug}.md`)).map(({ list, why }) => ({
      what: `${list} does not lead to ${file}`,
      why,
      next: `add a line for it to ${list}`,
    })),
  ];
}

/** Written by hand, since each line says what the others leave out. */
const LISTS = [
  { list: 'README.md', why: 'Its table is the first that anybody sees of the lessons.' },
  { list: 'docs/README.md', why: 'It is the first page of the book, with all its chapters.' },
] as const;

/** What is not there needs no line. */
function namesIn(list: string, name: string): boolean {
  return !existsSync(list) || readFileSync(list, 'utf8').includes(name);
}

/** Told, and no failure: a chapter can be read before its picture is drawn. */
export function missingFigure({ lesson, chapter }: LessonSurvey): readonly Complaint[] {
  if (chapter === null || figuresIn(chapter).length > 0) return [];
  const file = `docs/${lesson.slug}.md`;
  return [
    {
      what: `${file} shows no figure`,
      why: 'Each chapter has a picture of what it is about.',
      next: `docs/writing-a-lesson.md, “The chapter”, says how it is drawn; show it in ${file}: <div data-figure="NAME">`,
    },
  ];
}

interface Figure {
  /** From docs/ on. */
  readonly target: string;
  /** Null where they are kept with the figure itself. */
  readonly words: string | null;
}

/** Pictures (`![words](figures/NAME.svg)`), and places of figures that can be stepped through (`data-figure="NAME"`). */
function figuresIn(chapter: string): readonly Figure[] {
  return [
    ...[...chapter.matchAll(/!\[([^\]]*)\]\((figures\/[^)\s]+)/g)].map(([, words = '', target = '']) => ({
      target,
      words: words.trim(),
    })),
    ...[...chapter.matchAll(/data-figure="([^"]+)"/g)].map(([, name = '']) => ({
      target: `figures/${name}.svg`,
      words: null,
    })),
  ];
}
