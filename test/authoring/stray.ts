// Stray files: what lies in a lesson's folders and belongs to nothing.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Lesson } from '#workbook';
import { stemOf } from '../end-to-end/specimens.ts';
import type { Complaint } from './complaint.ts';

const PROGRAM = /\.[cm]?[jt]s$/;

export function strayFiles(root: string, lessons: readonly Lesson[]): readonly Complaint[] {
  const slugs = lessons.map(({ slug }) => slug);
  return [
    ...strayInLessons(root, slugs),
    ...strayInSolutions(root, slugs),
    ...strayInDocs(root, slugs),
    ...strayInSpecimens(root, slugs),
  ];
}

const OWN = ['lesson.ts', 'check.ts', 'starter.ts', 'exercise.ts', 'predictions.ts', 'predictions.json'];

/** What these name, and what programs get by a name of package.json, belongs to its lesson too. */
function strayInLessons(root: string, slugs: readonly string[]): readonly Complaint[] {
  const manifest = textOf(join(root, 'package.json'));
  return filesIn(root, 'lessons').flatMap((path) => {
    const [, slug = '', ...rest] = path.split('/');
    const name = rest.join('/');
    if (name === '' || !slugs.includes(slug))
      return [stray(path, 'Lessons are folders like 01-name, with nothing beside them.')];
    const siblings = filesIn(root, `lessons/${slug}`).filter((each) => each !== path);
    const used =
      OWN.includes(name) ||
      manifest.includes(`./${path}`) ||
      siblings.some((each) => textOf(join(root, each)).includes(`'./${name}'`));
    return used ? [] : [stray(path, `A lesson is ${OWN.join(', ')}, and what these name.`)];
  });
}

function strayInSolutions(root: string, slugs: readonly string[]): readonly Complaint[] {
  return filesIn(root, 'solutions')
    .filter((path) => !slugs.some((slug) => path === `solutions/${slug}.ts`))
    .map((path) => stray(path, 'Each lesson has one solution, solutions/NN-name.ts.'));
}

/** A chapter, or something that another text of the book names: a guide that is linked, a picture that is shown. */
function strayInDocs(root: string, slugs: readonly string[]): readonly Complaint[] {
  const files = filesIn(root, 'docs');
  const texts = [...files, 'README.md', 'CONTRIBUTING.md', 'package.json'].map(
    (path) => [path, textOf(join(root, path))] as const,
  );
  const isNamed = (path: string): boolean =>
    texts.some(([other, text]) => other !== path && (text.includes(basename(path)) || text.includes(figureOf(path))));
  // what draws a picture names it
  const names = (path: string): boolean =>
    files.some((other) => other !== path && textOf(join(root, path)).includes(basename(other)));
  // the same picture in characters, its history, and the like
  const isOfNamed = (path: string): boolean =>
    files.some((other) => other !== path && stemOf(other) === stemOf(path) && isNamed(other));
  return files
    .filter((path) => !slugs.some((slug) => path === `docs/${slug}.md`))
    .filter((path) => !isNamed(path) && !isOfNamed(path) && !(path.startsWith('docs/figures/') && names(path)))
    .map((path) => stray(path, 'No text of the book, nor README.md or CONTRIBUTING.md, leads to it.'));
}

function figureOf(path: string): string {
  return `data-figure="${stemOf(path)}"`;
}

function strayInSpecimens(root: string, slugs: readonly string[]): readonly Complaint[] {
  const files = filesIn(root, 'test/specimens');
  return files.flatMap((path) => {
    const [slug = '', kind = '', ...rest] = path.split('/').slice(2);
    const name = rest.join('/');
    if (!slugs.includes(slug)) return [stray(path, 'Specimens are kept by lesson, in a folder of its name.')];
    switch (kind) {
      case 'right':
      case 'wrong':
        return PROGRAM.test(name) && !name.includes('/') ? [] : [stray(path, 'A specimen is one file, a program.')];
      case 'transcripts': {
        const own = `test/specimens/${slug}/wrong/${stemOf(name)}.`;
        return extname(name) === '.txt' && files.some((each) => each.startsWith(own))
          ? []
          : [stray(path, 'It is the transcript of no wrong specimen.')];
      }
      default:
        return [stray(path, 'A lesson’s specimens are in right/ and wrong/, and what they are told in transcripts/.')];
    }
  });
}

function stray(path: string, why: string): Complaint {
  return { what: `${path} is a stray file`, why, next: `put ${path} where it belongs, or remove it` };
}

/** All files below, from the workbook's folder on, but those that git is told to ignore. */
function filesIn(root: string, folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesIn(root, `${folder}/${entry.name}`) : [`${folder}/${entry.name}`]))
    .filter((path) => basename(path) !== '.DS_Store' && extname(path) !== '.log')
    .toSorted();
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
