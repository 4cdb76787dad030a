import { describe, expect, test } from 'vitest';
import { columns, type Look, renderMarkdown } from '#reader';

const plain = (width: number): Look => ({ width, colour: false, unicode: true });
const render = (markdown: string, width = 40) => renderMarkdown(markdown, plain(width));

describe('Markdown in the terminal', () => {
  test('paragraphs are wrapped between words, and code keeps its lines', async () => {
    const long = 'const a = 1; // a comment that is longer than the terminal is wide';
    expect(
      await render(`One two three four five six seven eight nine ten.\nEleven.\n\n\`\`\`ts\n${long}\n\n  b\n\`\`\``),
    ).toBe(`One two three four five six seven eight\nnine ten. Eleven.\n\n  ${long}\n\n    b`);
    expect(await render('```ts\n  b\n```', 80)).toBe('      b');
  });

  test('a list with code in it keeps its items apart', async () => {
    expect(await render('- one:\n\n  ```\n  a\n  ```\n- two', 80)).toBe('• one:\n\n      a\n\n• two');
  });

  test('headings stand out without colour, the title most', async () => {
    expect(await render('# Title\n\n## Part `one`\n\ntext')).toBe('Title\n━━━━━\n\nPart one\n\ntext');
  });

  test('lists nest, wrap under their text, and keep their numbers', async () => {
    expect(
      await render(
        '- one two three four five six seven eight nine\n  1. deep\n  2. deeper\n- last\n\n9. nine\n10. ten',
      ),
    ).toBe(
      [
        '• one two three four five six seven',
        '  eight nine',
        '  1. deep',
        '  2. deeper',
        '• last',
        '',
        '9.  nine',
        '10. ten',
      ].join('\n'),
    );
  });

  test('a loose list keeps its paragraphs apart', async () => {
    expect(await render('- one\n\n  more\n\n- two')).toBe('• one\n\n  more\n\n• two');
  });

  test('links tell where they lead, unless that is what they say or it is on this page', async () => {
    expect(await render('[Node](https://nodejs.org), [here](#x), <https://a.b>', 80)).toBe(
      'Node (https://nodejs.org), here, https://a.b',
    );
  });

  test('code is quoted where there is no colour for it', async () => {
    expect(await render('run `npm ci` **now**')).toBe('run `npm ci` now');
    const coloured = await renderMarkdown('run `npm ci` **now**', { ...plain(40), colour: true });
    expect(coloured).toBe('run \x1b[36mnpm\x1b[39m\x1b[36m \x1b[39m\x1b[36mci\x1b[39m \x1b[1mnow\x1b[22m');
  });

  test('quotes are barred, comments vanish', async () => {
    expect(await render('> be\n> careful\n\n<!-- not for readers -->\n\nend')).toBe('│ be careful\n\nend');
  });

  test('the question of a folded answer is read before the answer', async () => {
    expect(
      await render('<details>\n<summary>Why <code>fork</code> &amp; not exec?</summary>\n\nBecause.\n\n</details>'),
    ).toBe('Why fork & not exec?\n\nBecause.');
  });

  test('a picture is drawn in characters where there are some that fit, with its words below', async () => {
    const draw = (target: string) => (target === 'a.svg' || target === 'dot' ? ['primary', '  └─ worker'] : null);
    const show = (markdown: string, width = 40) => renderMarkdown(markdown, plain(width), draw);
    expect(await show('![Who forks](a.svg)')).toBe('primary\n  └─ worker\n\nWho forks');
    expect(await show('<div data-figure="dot"></div>\n\nend')).toBe('primary\n  └─ worker\n\nend');
    expect(await show('![Who forks](b.svg)')).toBe('[Who forks]');
    expect(await show('![Who](a.svg)', 8)).toBe('[Who]');
  });

  test('tables are aligned; too wide for the terminal they give way, and at last become pairs', async () => {
    const table = '| what | how many |\n| --- | --- |\n| `workers` | 4 |\n| a rather long name of something | 12 |';
    expect(await render(table, 80)).toBe(
      [
        'what                             how many',
        '───────────────────────────────  ────────',
        '`workers`                        4',
        'a rather long name of something  12',
      ].join('\n'),
    );
    const narrow = await render(table, 40);
    expect(narrow.split('\n').length).toBeGreaterThan(4);
    for (const line of narrow.split('\n')) expect(columns(line)).toBeLessThanOrEqual(40);
    const wide = `| ${'column with words | '.repeat(6)}\n|${' --- |'.repeat(6)}\n| ${'some more words here | '.repeat(6)}`;
    const pairs = await render(wide, 40);
    expect(pairs.match(/column with words: some more words here/g)).toHaveLength(6);
  });

  test('a column gives way to the length of its longest word, and cuts none', async () => {
    const cell = 'words of which there are more than fit into a line';
    const table = `| event | it says | but |\n| --- | --- | --- |\n| \`'disconnect'\` | ${cell} | ${cell} |`;
    expect(await render(table, 60)).toContain("`'disconnect'`  words of which");
    expect(await render(table, 36)).toContain("event: `'disconnect'`\n");
  });

  test.each([40, 60, 80, 120])('nothing but code is wider than %i columns', async (width) => {
    const text = [
      '# A heading that goes on for quite a while, longer than a narrow terminal',
      `A very${'long'.repeat(40)}word, [a link](https://example.org/${'path/'.repeat(30)}), **bold ${'words '.repeat(30)}** 漢字${'漢'.repeat(80)} 👩‍👩‍👧 end.`,
      '- item\n  - item within with more words than fit into one line of a terminal of forty columns\n    > quote in it that is long enough to be wrapped too',
    ].join('\n\n');
    const lines = (await render(text, width)).split('\n');
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(width);
  });

  test('in ASCII it is all there', async () => {
    expect(await renderMarkdown('- a → b … “c”', { width: 40, colour: false, unicode: false })).toBe(
      '* a -> b ... "c"',
    );
  });
});
