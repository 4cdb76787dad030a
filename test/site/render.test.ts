// Books that were made up: what becomes of a link, a picture, a figure and a heading.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildSite, writeSite } from '../../runner/reader/site/index.ts';
import { inlineSvg, scopeCss } from '../../runner/reader/site/picture.ts';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title id="a">A dot</title><rect width="1"/></svg>';

async function book(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'book-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const site = await buildSite(root);
  const page = (path: string) => String(site.files.get(path));
  return {
    root,
    site,
    page,
    article: (path: string) => /<article[^>]*>([\s\S]*)<\/article>/.exec(page(path))?.[1] ?? '',
  };
}

describe('links', () => {
  test('to Markdown lead to its page, to other files to what is in them, and to folders nowhere', async () => {
    const { site, article } = await book({
      'docs/one.md':
        '# One\n\n[two](two.md#part-2), [me](#one), [code](../lib/x.ts), [lib](../lib), [out](https://example.org/)',
      'docs/two.md': '# Two\n\n## Part 2\n\n[more](../MORE.md)',
      'MORE.md': '# More\n\n[back](docs/one.md)',
      'lib/x.ts': 'const a = "<b>";\n',
    });
    expect(site.problems).toEqual([]);
    const one = article('one.html');
    for (const href of ['two.html#part-2', '#one', 'source/lib/x.ts.html', 'https://example.org/'])
      expect(one).toContain(`<a href="${href}"`);
    expect(one).toContain('<span>lib</span>');
    expect(article('two.html')).toContain('<a href="more/MORE.html"');
    expect(article('more/MORE.html')).toContain('<a href="../one.html"');
    expect(article('source/lib/x.ts.html')).toContain('<span class="t-string">&quot;&lt;b&gt;&quot;</span>');
  });

  test.each([
    ['a file', '[x](gone.md)', 'there is no `docs/gone.md`'],
    ['a heading', '[x](#gone)', 'there is no heading `#gone` in docs/one.md'],
    ['a picture', '![x](gone.svg)', 'there is no picture `docs/gone.svg`'],
    ['a place outside', '[x](../../etc/passwd)', 'leads out of the workbook'],
    ['a picture elsewhere', '![x](https://example.org/x.png)', 'is not in the workbook'],
  ])('to %s that is not there are told', async (_what, markdown, why) => {
    const { site } = await book({ 'docs/one.md': `# One\n\n${markdown}\n` });
    expect(site.problems).toHaveLength(1);
    expect(site.problems[0]).toContain(why);
  });

  test('never show what is the learner’s own', async () => {
    const { site } = await book({
      'docs/one.md': '# One\n\n[mine](../lessons/01-x/exercise.ts) [runs](../.workbook/a.json)',
      'lessons/01-x/exercise.ts': '1',
      '.workbook/a.json': '1',
    });
    expect([...site.files.keys()].filter((path) => path.startsWith('source/'))).toEqual([]);
  });
});

describe('the order', () => {
  const files = { 'docs/02-b.md': '# B', 'docs/01-a.md': '# A', 'docs/zoo.md': '# Zoo', 'docs/ant.md': '# Ant' };
  const titles = ({ site }: Awaited<ReturnType<typeof book>>) =>
    site.book.parts.map(({ title, pages }) => [title, ...pages.map((page) => page.title)]);

  test('is chapters by number, then guides', async () => {
    expect(titles(await book(files))).toEqual([
      ['Chapters', 'A', 'B'],
      ['Guides', 'Ant', 'Zoo'],
    ]);
  });

  test('is that of the links in docs/README.md, and what it forgot comes after', async () => {
    const readme = '# Book\n\n## Begin\n\n- [zoo](zoo.md)\n\n## Learn\n\n1. [a](01-a.md), [b](02-b.md)';
    const made = await book({ ...files, 'docs/README.md': readme });
    expect(titles(made)).toEqual([
      ['Begin', 'Zoo'],
      ['Learn', 'A', 'B'],
      ['Guides', 'Ant'],
    ]);
    expect(made.article('index.html')).toContain('<a href="zoo.html">zoo</a>');
  });
});

describe('pictures', () => {
  test('become part of the page, with the words of the text, and names of their own', async () => {
    const { article } = await book({
      'docs/one.md': '# One\n\n![A dot, red](figures/dot.svg)\n\n![Again](figures/dot.svg "Twice")',
      'docs/figures/dot.svg': SVG,
    });
    const html = article('one.html');
    expect(html).toContain('<svg id="picture-1" role="img" aria-label="A dot, red" viewBox="0 0 1 1">');
    expect(html).toContain('<title id="picture-2-a">');
    expect(html).toContain('<span class="caption">Twice</span>');
  });

  test('a figure is a place with a picture in it, and predictions have theirs in chapters only', async () => {
    const text = '# T\n\n<div data-figure="dot"></div>\n\n<div data-predictions></div>\n';
    const { article } = await book({ 'docs/01-a.md': text, 'docs/guide.md': text, 'docs/figures/dot.svg': SVG });
    expect(article('01-a.html')).toMatch(/<figure data-figure="dot">[\s\S]*<svg id="picture-1"[\s\S]*<\/figure>/);
    expect(article('01-a.html')).toContain('<section data-predictions="01" hidden></section>');
    expect(article('guide.html')).not.toContain('data-predictions');
  });

  test('other pictures are copied', async () => {
    const { root, site, article } = await book({
      'docs/one.md': '# One\n\n![A](figures/a.png)',
      'docs/figures/a.png': 'png',
    });
    expect(article('one.html')).toContain('<img src="figures/a.png" alt="A">');
    expect(await writeSite(site, join(root, 'out'))).toBe(site.files.size);
    expect(String(site.files.get('figures/a.png'))).toBe('png');
  });

  test('their styles hold for them alone, and follow the theme of the page', () => {
    expect(
      scopeCss('svg { color: red } .a, text { fill: x } @media (prefers-color-scheme: dark) { .a { fill: y } }', '#p'),
    ).toBe(
      [
        '#p { color: red }',
        '#p .a, #p text { fill: x }',
        '@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) #p .a { fill: y } }',
        ':root[data-theme=dark] #p .a { fill: y }',
      ].join(' '),
    );
  });

  test('their motions have names of their own', () => {
    const svg = '<svg><style>.deal { animation: deal 2s } @keyframes deal { to { opacity: 0 } }</style></svg>';
    expect(inlineSvg(svg, 'p', '')).toHaveProperty(
      'svg',
      '<svg id="p"><style>#p .deal { animation: p-deal 2s } @keyframes p-deal { to { opacity: 0 } }</style></svg>',
    );
  });

  test.each([
    '<svg><script>alert(1)</script></svg>',
    '<svg onload="alert(1)"></svg>',
    '<svg><image href="https://example.org/x.png"/></svg>',
    '<svg><style>@import "x.css";</style></svg>',
    '<svg><foreignObject/></svg>',
    '<p>no picture</p>',
  ])('that do more than show something are refused: %s', (svg) => {
    expect(inlineSvg(svg, 'p', '')).toHaveProperty('why');
  });
});

test('headings that GitHub would tell apart are told apart in the same way', async () => {
  const { page } = await book({
    'docs/one.md': '# One\n\n## Again\n\n> ## Quoted\n\n## Again\n\n## `cluster.fork()` & more\n',
  });
  expect([...page('one.html').matchAll(/<h\d id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
    'one',
    'again',
    'again-1',
    'clusterfork--more',
  ]);
});
