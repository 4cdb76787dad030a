// One page's Markdown as HTML: headings that can be led to, links within the site, pictures and painted code.
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import { type Highlight, highlighter, languageOf } from '../highlight.ts';
import { newParser } from '../markdown.ts';
import type { Page } from './book.ts';
import { container } from './container.ts';
import { escapeHtml } from '../escape.ts';
import { relativeTo, type Target, targetOf } from './links.ts';
import { inlineSvg } from './picture.ts';
import { questionsOf } from './predictions.ts';

export interface Rendered {
  readonly html: string;
  readonly sections: readonly Section[];
  /** Files that it leads to and that are to be shown as they are. */
  readonly sources: readonly string[];
  /** Markdown files that it leads to and that are not in the book. */
  readonly more: readonly string[];
  /** Pictures that are to be copied: from the workbook's folder. */
  readonly copies: readonly string[];
  /** What leads nowhere, as sentences. */
  readonly problems: readonly string[];
}

/** What search finds: the words below one heading. */
export interface Section {
  readonly heading: string;
  readonly anchor: string;
  readonly text: string;
}

/** What has to be known of the whole book to write one page of it. */
export interface Shelf {
  readonly root: string;
  /** The page of a Markdown file, also of one that is not in the book; null where it is not known yet. */
  readonly pageOf: (file: string) => Page | null;
  /** What a page says to have a prediction run; null where there is nobody to run it. */
  readonly token: string | null;
}

interface Env {
  readonly page: Page;
  readonly shelf: Shelf;
  readonly highlight: Highlight;
  readonly sources: Set<string>;
  readonly more: Set<string>;
  readonly copies: Set<string>;
  readonly problems: string[];
  /** Of the page's lesson, as HTML. */
  questions: string;
  pictures: number;
}

export function sourcePath(file: string): string {
  return `source/${file}.html`;
}

let parser: MarkdownIt | undefined;

export async function renderPage(page: Page, shelf: Shelf): Promise<Rendered> {
  parser ??= withRules(await newParser());
  const env: Env = {
    page,
    shelf,
    highlight: () => [],
    sources: new Set(),
    more: new Set(),
    copies: new Set(),
    problems: [],
    questions: '',
    pictures: 0,
  };
  await addQuestions(env);
  const tokens = parser.parse(page.markdown, env);
  giveAnchors(tokens, page);
  const languages = tokens.filter((token) => token.type === 'fence').map((token) => languageOf(token.info));
  const html = parser.renderer.render(tokens, parser.options, { ...env, highlight: await highlighter(languages) });
  return {
    html,
    sections: sectionsOf(tokens, page),
    sources: [...env.sources],
    more: [...env.more],
    copies: [...env.copies],
    problems: env.problems,
  };
}

/** Code with each stretch in a span of its kind; `null` kinds are bare text. */
export function paintCode(code: string, language: string, highlight: Highlight): string {
  return highlight(code, language)
    .map(({ text, kind }) => (kind ? `<span class="t-${kind}">${escapeHtml(text)}</span>` : escapeHtml(text)))
    .join('');
}

function withRules(md: MarkdownIt): MarkdownIt {
  const { rules } = md.renderer;
  rules.heading_open = (tokens, index) => {
    const { tag } = tokens[index] as Token;
    const id = (tokens[index] as Token).attrGet('id');
    return id === null ? `<${tag}>` : `<${tag} id="${escapeHtml(String(id))}">`;
  };
  rules.heading_close = (tokens, index) => {
    const { tag, meta } = tokens[index] as Token;
    const { anchor, text } = (meta ?? {}) as { anchor?: string; text?: string };
    if (tag === 'h1' || anchor === undefined) return `</${tag}>\n`;
    return ` <a class="anchor" href="#${encodeURI(anchor)}" aria-label="${escapeHtml(`Link to “${text ?? ''}”`)}">#</a></${tag}>\n`;
  };
  rules.fence = (tokens, index, _options, env: Env) => codeBlock(tokens[index] as Token, env);
  rules.code_block = (tokens, index, _options, env: Env) => codeBlock(tokens[index] as Token, env);
  rules.link_open = (tokens, index, _options, env: Env) => openLink(tokens[index] as Token, env);
  rules.link_close = (tokens, index) =>
    (tokens[partner(tokens, index)] as Token).meta === 'name' ? '</span>' : '</a>';
  rules.image = (tokens, index, options, env: Env) => {
    const token = tokens[index] as Token;
    const words = md.renderer.renderInlineAsText(token.children ?? [], options, env);
    return picture(String(token.attrGet('src') ?? ''), words, String(token.attrGet('title') ?? ''), env);
  };
  // What is wider than the page is moved within its own frame, by keyboard too.
  rules.table_open = () => '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>\n';
  rules.table_close = () => '</table></div>\n';
  // A corner that says nothing is no heading of anything.
  const isEmpty = (tokens: readonly Token[], index: number) => tokens[index]?.content === '';
  rules.th_open = (tokens, index) => (isEmpty(tokens, index + 1) ? '<td>' : '<th scope="col">');
  rules.th_close = (tokens, index) => (isEmpty(tokens, index - 1) ? '</td>\n' : '</th>\n');
  rules.html_block = (tokens, index, _options, env: Env) => {
    const { content } = tokens[index] as Token;
    return (
      container(content, env.page, env.questions, (name) => picture(`figures/${name}.svg`, '', '', env, 'docs')) ??
      content
    );
  };
  return md;
}

async function addQuestions(env: Env): Promise<void> {
  const { page, shelf, sources, problems } = env;
  if (!page.markdown.includes('<div data-predictions>')) return;
  const linkTo = (file: string) => {
    sources.add(file);
    return relativeTo(sourcePath(file), page.path);
  };
  const questions = await questionsOf(page, { root: shelf.root, token: shelf.token, linkTo });
  env.questions = questions.html;
  problems.push(...questions.problems);
}

// The same anchors as those that findings lead to: both come from one list.
function giveAnchors(tokens: readonly Token[], page: Page): void {
  let next = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'heading_open' || token.level > 0) continue;
    const heading = page.headings[next++];
    const close = tokens.slice(index).find((each) => each.type === 'heading_close');
    if (!heading || !close) continue;
    token.attrSet('id', heading.anchor);
    close.meta = { anchor: heading.anchor, text: heading.text };
  }
}

const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  bash: 'shell',
  sh: 'shell',
  console: 'shell',
  js: 'JavaScript',
  mjs: 'JavaScript',
  cjs: 'JavaScript',
  ts: 'TypeScript',
  mts: 'TypeScript',
  json: 'JSON',
  text: '',
  txt: '',
};

function codeBlock(token: Token, env: Env): string {
  const language = languageOf(token.info);
  const code = token.content.replace(/\n$/, '');
  const name = LANGUAGE_NAMES[language] ?? language;
  const drawing = /[\u2500-\u259f]/.test(code) ? ' class="drawing"' : '';
  const label = name === '' ? '' : `<span class="language">${escapeHtml(name)}</span>`;
  return `<div class="code">${label}<pre tabindex="0"${drawing}><code>${paintCode(code, language, env.highlight)}</code></pre></div>\n`;
}

function openLink(token: Token, env: Env): string {
  const href = String(token.attrGet('href') ?? '');
  const title = token.attrGet('title');
  const tip = title === null ? '' : ` title="${escapeHtml(String(title))}"`;
  const target = targetOf(href, env.page, env.shelf.root);
  const to = hrefOf(target, env);
  if (to === null) {
    if (target.kind === 'broken') env.problems.push(`${env.page.file}: ${target.why}`);
    token.meta = 'name';
    return '<span>';
  }
  const outside = target.kind === 'elsewhere' ? ' class="elsewhere" rel="noreferrer"' : '';
  return `<a href="${escapeHtml(to)}"${outside}${tip}>`;
}

function hrefOf(target: Target, env: Env): string | null {
  const { page, shelf } = env;
  switch (target.kind) {
    case 'elsewhere':
      return target.href;
    case 'source':
      env.sources.add(target.file);
      return relativeTo(sourcePath(target.file), page.path);
    case 'page': {
      const other = target.file === page.file ? page : shelf.pageOf(target.file);
      if (!other) {
        env.more.add(target.file);
        return '#';
      }
      if (target.anchor !== '' && !other.headings.some(({ anchor }) => anchor === target.anchor))
        env.problems.push(`${page.file}: there is no heading \`#${target.anchor}\` in ${target.file}`);
      const anchor = target.anchor === '' ? '' : `#${encodeURI(target.anchor)}`;
      return other === page && anchor !== '' ? anchor : `${relativeTo(other.path, page.path)}${anchor}`;
    }
    case 'name':
    case 'broken':
      return null;
  }
}

// markdown-it keeps opening and closing apart; what the opening became decides what the closing is.
function partner(tokens: readonly Token[], close: number): number {
  const level = (tokens[close] as Token).level;
  for (let at = close - 1; at >= 0; at--) {
    const token = tokens[at] as Token;
    if (token.type === 'link_open' && token.level === level) return at;
  }
  return 0;
}

/** `base` is the folder that `src` is counted from, if not that of the page. */
function picture(src: string, words: string, caption: string, env: Env, base = posix.dirname(env.page.file)): string {
  const { root } = env.shelf;
  const file = posix.normalize(posix.join(base, src));
  const trouble = (why: string) => {
    env.problems.push(`${env.page.file}: ${why}`);
    return `<span class="missing">${escapeHtml(words)}</span>`;
  };
  if (/^[a-z][a-z\d+.-]*:|^\//i.test(src) || file.startsWith('..'))
    return trouble(`the picture \`${src}\` is not in the workbook`);
  if (!existsSync(join(root, file))) return trouble(`there is no picture \`${file}\``);
  const image = file.endsWith('.svg') ? inlined(file, words, env) : copied(file, words, env);
  if ('why' in image) return trouble(`${file} cannot be shown: ${image.why}`);
  const below = caption === '' ? '' : `<span class="caption">${escapeHtml(caption)}</span>`;
  // The attribute lets a page's script find the picture by the name of its file.
  const name = posix.basename(file).replace(/\.\w+$/, '');
  return `<span class="picture" data-picture="${escapeHtml(name)}">${image.html}${below}</span>`;
}

function inlined(file: string, words: string, env: Env): { html: string } | { why: string } {
  const name = `picture-${++env.pictures}`;
  const made = inlineSvg(readFileSync(join(env.shelf.root, file), 'utf8'), name, escapeHtml(words));
  return 'why' in made ? made : { html: made.svg };
}

function copied(file: string, words: string, env: Env): { html: string } {
  env.copies.add(file);
  return { html: `<img src="${escapeHtml(relativeTo(copyPath(file), env.page.path))}" alt="${escapeHtml(words)}">` };
}

export function copyPath(file: string): string {
  return file.replace(/^docs\//, '');
}

function sectionsOf(tokens: readonly Token[], page: Page): Section[] {
  const sections: { heading: string; anchor: string; words: string[] }[] = [
    { heading: page.title, anchor: '', words: [] },
  ];
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (token.type === 'inline' && before?.type === 'heading_open') {
      const anchor = before.attrGet('id');
      if (anchor !== null && before.tag !== 'h1')
        sections.push({ heading: wordsOf(token), anchor: String(anchor), words: [] });
    } else if (token.type === 'inline') sections.at(-1)?.words.push(wordsOf(token));
    else if (token.type === 'fence' || token.type === 'code_block') sections.at(-1)?.words.push(token.content);
    else if (token.type === 'html_block') sections.at(-1)?.words.push(token.content.replace(/<[^>]*>/g, ' '));
  }
  return sections.map(({ heading, anchor, words }) => ({
    heading,
    anchor,
    text: words.join(' ').replace(/\s+/g, ' ').trim(),
  }));
}

function wordsOf(token: Token): string {
  return (token.children ?? [])
    .map((child) => {
      if (child.type === 'softbreak' || child.type === 'hardbreak') return ' ';
      return child.type === 'text' || child.type === 'code_inline' ? child.content : '';
    })
    .join('');
}
