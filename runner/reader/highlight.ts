// Code cut into stretches by what they are, for the terminal and the site alike. highlight.js and a language are loaded
// when the first code in that language is shown.
import type { HLJSApi, LanguageFn } from 'highlight.js';

export type Kind = 'keyword' | 'string' | 'comment' | 'value' | 'name' | 'added' | 'removed';

export interface Stretch {
  readonly text: string;
  readonly kind: Kind | null;
}

/** Gives stretches that together are the code, to the letter. Code in a language that nobody loaded is one plain stretch. */
export type Highlight = (code: string, language: string) => Stretch[];

interface Module<T> {
  readonly default: T;
}

const LANGUAGES: Readonly<Record<string, () => Promise<Module<LanguageFn>>>> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  diff: () => import('highlight.js/lib/languages/diff'),
  dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  http: () => import('highlight.js/lib/languages/http'),
  ini: () => import('highlight.js/lib/languages/ini'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

const ALIASES: Readonly<Record<string, string>> = {
  cjs: 'javascript',
  console: 'bash',
  cts: 'typescript',
  js: 'javascript',
  jsonl: 'json',
  mjs: 'javascript',
  mts: 'typescript',
  service: 'ini',
  sh: 'bash',
  shell: 'bash',
  systemd: 'ini',
  ts: 'typescript',
  yml: 'yaml',
};

let hljs: HLJSApi | undefined;

/** `languages` as they stand after the three backticks, or as the ends of file names; unknown ones are left alone. */
export async function highlighter(languages: Iterable<string>): Promise<Highlight> {
  const wanted = new Set([...languages].map(properName).filter((name) => name !== null));
  if (wanted.size > 0) {
    const { default: core } = (await import('highlight.js/lib/core')) as Module<HLJSApi>;
    hljs = core;
    for (const name of wanted) {
      const language = LANGUAGES[name];
      if (language && !core.getLanguage(name)) core.registerLanguage(name, (await language()).default);
    }
  }
  return (code, language) => {
    const name = properName(language);
    if (!name || !hljs?.getLanguage(name)) return [{ text: code, kind: null }];
    const found = stretches(hljs.highlight(code, { language: name, ignoreIllegals: true }).value);
    // In a command, `test` is mostly a folder, and not the shell's own `test`.
    return name === 'bash' ? found.map((each) => (each.kind === 'name' ? { ...each, kind: null } : each)) : found;
  };
}

/** The language of a fence: the first word after its backticks. */
export function languageOf(info: string): string {
  return info.trim().split(/\s+/)[0] ?? '';
}

export function isShell(language: string): boolean {
  return properName(language) === 'bash';
}

function properName(language: string): string | null {
  const name = ALIASES[language] ?? language;
  return Object.hasOwn(LANGUAGES, name) ? name : null;
}

// Its HTML is highlight.js's documented result; the tree that it is made from is not. It holds nothing but spans and text.
function stretches(html: string): Stretch[] {
  const found: Stretch[] = [];
  const open: (Kind | null)[] = [];
  for (const piece of html.split(/(<span class="[^"]*">|<\/span>)/)) {
    const classes = /^<span class="([^"]*)">$/.exec(piece)?.[1];
    if (classes !== undefined) open.push(kindOf(classes, open.at(-1) ?? null));
    else if (piece === '</span>') open.pop();
    else if (piece !== '') add(found, unescape(piece), open.at(-1) ?? null);
  }
  return found;
}

function add(found: Stretch[], text: string, kind: Kind | null): void {
  const last = found.at(-1);
  if (last && last.kind === kind) found[found.length - 1] = { text: last.text + text, kind };
  else found.push({ text, kind });
}

// https://highlightjs.readthedocs.io/en/latest/css-classes-reference.html
function kindOf(classes: string, outer: Kind | null): Kind | null {
  switch (classes.replace(/^hljs-/, '').split(' ')[0]) {
    case 'keyword':
    case 'meta':
    case 'section':
      return 'keyword';
    case 'string':
    case 'regexp':
    case 'char':
    case 'symbol':
      return 'string';
    case 'comment':
    case 'doctag':
      return 'comment';
    case 'number':
    case 'literal':
    case 'variable':
      return 'value';
    case 'title':
    case 'type':
    case 'built_in':
      return 'name';
    case 'addition':
      return 'added';
    case 'deletion':
      return 'removed';
    case 'subst':
      return null;
    default:
      return outer;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" };

function unescape(html: string): string {
  return html.replace(/&(amp|lt|gt|quot|#x27);/g, (_whole, name: string) => ENTITIES[name] ?? '');
}
