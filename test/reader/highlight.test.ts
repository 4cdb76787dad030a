import { describe, expect, test } from 'vitest';
import { type Look, renderMarkdown } from '#reader';
import { highlighter } from '../../runner/reader/highlight.ts';

const CODE = `import cluster from 'node:cluster'; // <why> & "what"
if (cluster.isPrimary) for (let i = 0; i < 4; i++) cluster.fork();
/* two
   lines */ const text = \`pid \${process.pid}\`;`;

describe('highlighting', () => {
  test.each(['ts', 'mjs', 'sh', 'json', 'yaml', 'dockerfile', 'diff', 'cobol', ''])(
    'keeps %s to the letter',
    async (language) => {
      const stretches = (await highlighter([language]))(CODE, language);
      expect(stretches.length).toBeGreaterThan(0);
      expect(stretches.map(({ text }) => text).join('')).toBe(CODE);
    },
  );

  test('tells keywords, strings, comments and values apart', async () => {
    const stretches = (await highlighter(['ts']))(CODE, 'ts');
    const words = (kind: string) => stretches.filter((each) => each.kind === kind).map(({ text }) => text.trim());
    expect(words('keyword')).toEqual(['import', 'from', 'if', 'for', 'let', 'const']);
    expect(words('string')).toEqual(["'node:cluster'", '`pid', '`']);
    expect(words('comment')).toEqual(['// <why> & "what"', '/* two\n   lines */']);
    expect(words('value')).toEqual(expect.arrayContaining(['0', '4']));
  });

  test('a language that nobody knows is plain', async () => {
    expect((await highlighter(['cobol']))('STOP RUN', 'cobol')).toEqual([{ text: 'STOP RUN', kind: null }]);
  });
});

describe('code in the terminal', () => {
  const look: Look = { width: 80, colour: true, unicode: true };
  const fence = `\`\`\`ts run\n${CODE}\n\`\`\``;

  test('is painted, and no colour runs over the end of a line', async () => {
    const lines = (await renderMarkdown(fence, look)).split('\n');
    expect(lines[0]).toContain('\x1b[1mimport\x1b[22m');
    expect(lines[2]).toBe('    \x1b[2m/* two\x1b[22m');
    expect(lines[3]).toMatch(/^ {4}\x1b\[2m {3}lines \*\/\x1b\[22m/);
  });

  test('has no colour where none is wanted', async () => {
    expect(await renderMarkdown(fence, { ...look, colour: false })).toBe(CODE.replace(/^/gm, '    '));
  });
});
