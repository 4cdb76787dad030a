// The chapter of a lesson in the terminal, whole or one section of it, with its pictures in characters.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lookOf, renderMarkdown, sectionOf } from '#reader';
import type { Lesson } from '#workbook';
import { showPage } from './pager.ts';
import type { Surroundings } from './surroundings.ts';

/** From that heading on to the next one, or all of it. A chapter that cannot be read is told, and the menu goes on. */
export async function showChapter(lesson: Lesson, surroundings: Surroundings, anchor?: string): Promise<void> {
  const { stdout, stderr, env } = surroundings;
  try {
    const chapter = await readFile(lesson.chapter, 'utf8');
    const markdown = (anchor === undefined ? null : await sectionOf(chapter, anchor)) ?? chapter;
    const picture = (target: string) => inCharacters(dirname(lesson.chapter), target);
    await showPage(await renderMarkdown(markdown, lookOf(stdout, env), picture), surroundings);
  } catch (error) {
    stderr.write(`The chapter cannot be read: ${(error as Error).message}\n`);
  }
}

/** Beside a picture may lie the same in characters: `figures/round-robin.txt` for `figures/round-robin.svg`. Null where none does. */
export function inCharacters(folder: string, target: string): readonly string[] | null {
  const file = /\.\w+$/.test(target) ? target.replace(/\.\w+$/, '.txt') : `figures/${target}.txt`;
  try {
    return readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
  } catch {
    return null;
  }
}
