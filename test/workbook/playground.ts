// A workbook of three small lessons in a folder of its own, for tests that write to one.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { workbookRoot } from '#workbook';

const slugs = ['01-fork-per-core', '02-load-balancing', '03-ipc-counters'];

/** The new workbook's folder; gone again when the test is over. */
export function makePlayground(): string {
  const root = mkdtempSync(join(tmpdir(), 'workbook-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const folder of ['solutions', 'docs']) mkdirSync(join(root, folder));
  for (const slug of slugs) {
    const folder = join(root, 'lessons', slug);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'lesson.ts'), lessonText(slug));
    writeFileSync(join(folder, 'starter.ts'), `// starter of ${slug}\nconsole.log(1);\n`);
    writeFileSync(join(folder, 'exercise.ts'), `// mine of ${slug}\nconsole.log(1);\n`);
    writeFileSync(join(root, 'solutions', `${slug}.ts`), `// mine of ${slug}\nconsole.log(2);\n`);
    writeFileSync(join(root, 'docs', `${slug}.md`), `# Chapter of ${slug}\n`);
  }
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ extends: join(workbookRoot, 'tsconfig.json') }));
  symlinkSync(join(workbookRoot, 'node_modules'), join(root, 'node_modules'));
  return root;
}

function lessonText(slug: string): string {
  const data = {
    title: `Title of ${slug}`,
    summary: 'What it is for.',
    aims: ['an aim'],
    task: 'Do **this**.',
    clauses: [{ id: '0.1', text: 'It listens.' }],
    hints: ['a nudge', 'the idea', 'almost the code'],
  };
  return `export default ${JSON.stringify(data)} as const;\n`;
}
