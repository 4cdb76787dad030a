// `docs`: the book, served to the browser until Ctrl-C; or written as files; or read in the terminal.
import { readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { lookOf, renderMarkdown, sectionOf } from '#reader';
import { findLessons, load, nearest, resolveLesson, type Tried } from '#workbook';
import type * as SiteModule from '../reader/site/index.ts';
import type { Book, Page, Serving, Site } from '../reader/site/index.ts';
import { inCharacters } from './chapter.ts';
import { DONE, UNTOLD, WRONG_USAGE } from './exit.ts';
import { listenForInterrupt } from './interrupt.ts';
import { openBrowser } from './open-browser.ts';
import { showPage } from './pager.ts';
import { parsePort } from './ports.ts';
import type * as Running from './predict-run.ts';
import { fingerprint, newsOf } from './standing.ts';
import type { Surroundings } from './surroundings.ts';
import { command, type Flags, type Typed } from './usage.ts';

/** How often the lessons are looked at while a page listens. Watching folders loses events, and some are not there yet. */
const LOOK_MS = 500;

export async function docs({ lesson: typed, flags }: Typed<'docs'>, surroundings: Surroundings): Promise<number> {
  const wrong = contradiction(typed, flags, surroundings.env);
  const port = flags.port === undefined ? 0 : parsePort(flags.port);
  if (wrong !== null || port === null) {
    surroundings.stderr.write(`${wrong ?? `\`--port ${flags.port}\` is no port: 1024 to 65535.`}\n`);
    surroundings.stderr.write(`  next  ${command('docs')} -- --help\n`);
    return WRONG_USAGE;
  }
  const site = await load<typeof SiteModule>(join(import.meta.dirname, '../reader/site/index.ts'));
  if (flags.build) return build(site, flags.out, surroundings);
  const book = await site.readBook(surroundings.root);
  const place = typed === undefined ? { page: null, anchor: '' } : findPlace(typed, book, site, surroundings);
  if (place === null) return WRONG_USAGE;
  if (flags.terminal) return read(place.page, place.anchor, book, surroundings);
  return serve(site, place, port, flags.open === true, surroundings);
}

function contradiction(typed: string | undefined, flags: Flags<'docs'>, env: NodeJS.ProcessEnv): string | null {
  // As a script of its own, `docs:build` has flags that npm may keep for itself; see swallowed.ts.
  if (flags.build && flags.out === undefined && env.npm_lifecycle_event === 'docs:build' && env.npm_config_out)
    return 'npm kept `--out` for itself: it belongs behind `--`, as in npm run docs:build -- --out DIR.';
  if (flags.build && typed !== undefined) return `The whole book is written, so \`${typed}\` says nothing.`;
  if (flags.out !== undefined && !flags.build) return '`--out` goes with `--build`.';
  const ways = (['build', 'terminal', 'open'] as const).filter((name) => flags[name]);
  return ways.length > 1 ? `${ways.map((name) => `\`--${name}\``).join(' and ')} exclude each other.` : null;
}

interface Place {
  readonly page: Page | null;
  /** Of a heading on it; empty for the page itself. */
  readonly anchor: string;
}

/** A lesson, a page by its name, or a place as a finding gives it: `docs/03-ipc-counters.md#strangers-on-the-channel`. */
function findPlace(
  typed: string,
  book: Book,
  { allPages }: typeof SiteModule,
  { root, cwd, stderr }: Surroundings,
): Place | null {
  const [words = '', anchor = ''] = typed.split('#');
  const pages = allPages(book);
  const name = words.replace(/^.*[/\\]/, '').replace(/\.(md|html)$/, '');
  const nameOf = (page: Page) => page.path.replace(/\.html$/, '');
  const lesson = resolveLesson(words, findLessons(root), cwd);
  const page =
    pages.find((each) => nameOf(each) === name) ??
    (lesson.kind === 'found' ? pages.find((each) => each.lesson === lesson.lesson.id) : undefined);
  if (page && (anchor === '' || page.headings.some((heading) => heading.anchor === anchor))) return { page, anchor };
  if (page) {
    const meant = nearest(
      anchor,
      page.headings.map((heading) => heading.anchor),
    );
    stderr.write(`${page.file} has no heading \`#${anchor}\`.${meant ? ` Did you mean \`#${meant}\`?` : ''}\n`);
    stderr.write(`  next  ${command('docs')} ${nameOf(page)}\n`);
    return null;
  }
  const meant = nearest(name, pages.map(nameOf));
  stderr.write(`The book has no page \`${typed}\`.${meant ? ` Did you mean \`${meant}\`?` : ''} These are there:\n`);
  stderr.write(`${pages.map((each) => `  ${nameOf(each)}`).join('\n')}\n  next  ${command('docs')}\n`);
  return null;
}

async function build(
  { buildSite, writeSite }: typeof SiteModule,
  out: string | undefined,
  { root, cwd, stdout, stderr }: Surroundings,
): Promise<number> {
  const begin = performance.now();
  const folder = out === undefined ? join(root, '.workbook', 'book') : resolve(cwd, out);
  const site = await buildSite(root);
  let files: number;
  try {
    files = await writeSite(site, folder);
  } catch (error) {
    stderr.write(`The book cannot be written: ${(error as Error).message}\n  next  give another folder: --out DIR\n`);
    return UNTOLD;
  }
  for (const problem of site.problems) stderr.write(`${problem}\n`);
  const took = ((performance.now() - begin) / 1000).toFixed(1);
  const first = join(folder, 'index.html');
  const near = relative(cwd, first);
  stdout.write(`${files} files in ${took} s. Begin with ${near.startsWith('..') ? first : near}\n`);
  return site.problems.length === 0 ? DONE : UNTOLD;
}

async function read(page: Page | null, anchor: string, book: Book, surroundings: Surroundings): Promise<number> {
  const { stdout, env, root } = surroundings;
  const whole = page?.markdown ?? contentsOf(book);
  const markdown = anchor === '' ? whole : ((await sectionOf(whole, anchor)) ?? whole);
  const picture = (target: string) => inCharacters(join(root, 'docs'), target);
  await showPage(await renderMarkdown(markdown, lookOf(stdout, env), picture), surroundings);
  return DONE;
}

function contentsOf(book: Book): string {
  if (book.cover) return book.cover.markdown;
  const parts = book.parts.map(({ title, pages }) => {
    const items = pages.map(
      (page) => `- **${page.title}** \`${command('docs')} ${page.path.replace(/\.html$/, '')} -- --terminal\``,
    );
    return `## ${title}\n\n${items.join('\n')}`;
  });
  return `# The Cluster Workbook\n\n${parts.join('\n\n')}`;
}

async function serve(
  module: typeof SiteModule,
  { page, anchor }: Place,
  port: number,
  open: boolean,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, root } = surroundings;
  const predicting = module.openPredicting((lesson, id, signal) => runPrediction(lesson, id, signal, root));
  const site = freshSite(root, predicting.token, module);
  for (const problem of (await site()).problems) stderr.write(`${problem}\n`);
  const interrupt = listenForInterrupt();
  let serving: Serving | null = null;
  let timer: NodeJS.Timeout | undefined;
  try {
    serving = await module.serveSite({ port, site, news: (lesson) => newsOf(lesson, surroundings), predicting });
    const address = `${serving.address}${page?.path ?? ''}${anchor === '' ? '' : `#${encodeURI(anchor)}`}`;
    stdout.write(`The book is at ${address}   until Ctrl-C\n`);
    if (open) openBrowser(address, surroundings);
    timer = lookForNews(serving, surroundings);
    if (!interrupt.signal.aborted)
      await new Promise((done) => interrupt.signal.addEventListener('abort', done, { once: true }));
    return DONE;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    stderr.write(`The book cannot be served: ${message}\n  next  ${command('docs')}   takes a free port\n`);
    return UNTOLD;
  } finally {
    clearInterval(timer);
    await serving?.close();
    interrupt.release();
  }
}

/** Null where there is no such prediction. */
async function runPrediction(number: string, id: string, signal: AbortSignal, root: string): Promise<Tried | null> {
  const lesson = findLessons(root).find((each) => each.id === number);
  const prediction = (await lesson?.load())?.predictions.find((each) => each.id === id);
  if (!lesson || !prediction) return null;
  const { runExperiment } = await load<typeof Running>(join(import.meta.dirname, 'predict-run.ts'));
  return runExperiment({ lesson, prediction, signal, onStep: () => undefined });
}

/** The site as the texts are now: whoever writes sees the change when the page is loaded again. */
function freshSite(root: string, token: string, { buildSite }: typeof SiteModule): () => Promise<Site> {
  let made: { of: string; site: Promise<Site> } | null = null;
  return () => {
    const of = textsOf(join(root, 'docs'));
    if (made?.of !== of) made = { of, site: buildSite(root, true, token) };
    return made.site;
  };
}

function textsOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = statSync(path);
      return `${path}:${size}:${mtimeMs}`;
    })
    .join('\n');
}

// What was judged is compared with what was there before: a page hears of it once, and only if something is new.
function lookForNews(serving: Serving, surroundings: Surroundings): NodeJS.Timeout {
  let known = '';
  let looking = false;
  const look = async () => {
    const now = await fingerprint(surroundings);
    if (now !== known) serving.mayHaveNews();
    known = now;
  };
  return setInterval(() => {
    if (looking || !serving.isHeard()) return;
    looking = true;
    void look().finally(() => (looking = false));
  }, LOOK_MS);
}
