// Makes a program runnable once, so that no worker has to: what Node cannot run as it stands (TypeScript, or packages that
// only the workbook has) gets a shadow, a JavaScript file that runs under the name of its source.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Message, TransformOptions } from 'esbuild';

export type Prepared =
  | { readonly kind: 'ready'; readonly entry: string; readonly shadows: Readonly<Record<string, string>> }
  | { readonly kind: 'unreadable'; readonly file: string; readonly why: string }
  | {
      readonly kind: 'syntax';
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly message: string;
      readonly frame: string;
    };

const TYPESCRIPT = /\.[mc]?ts$/;
const SUPPORTED = /\.[mc]?[jt]s$/;

export interface Surroundings {
  /** The folder whose packages stand in for those that the program's own folder does not have. */
  readonly workbook: string;
  /** Name → file, as the program may import it. */
  readonly given: Readonly<Record<string, string>>;
}

/** Reads `file` and what it imports relatively, and writes a shadow into the folder `into` for each one that needs it. */
export async function prepare(file: string, into: string, { workbook, given }: Surroundings): Promise<Prepared> {
  let entry: string;
  try {
    entry = realpathSync(file);
  } catch {
    return { kind: 'unreadable', file, why: 'there is no such file' };
  }
  if (!SUPPORTED.test(entry))
    return { kind: 'unreadable', file, why: 'a program is a .ts, .mts, .cts, .js, .mjs or .cjs file' };
  const shadows: Record<string, string> = {};
  const trouble = await shadow(entry, { shadows, into, workbook, given, seen: new Map() });
  return trouble ?? { kind: 'ready', entry, shadows };
}

interface Work {
  readonly shadows: Record<string, string>;
  readonly into: string;
  readonly workbook: string;
  readonly given: Readonly<Record<string, string>>;
  /** By their sources. What is known of a file while it is read is enough for those that it imports and that import it. */
  readonly seen: Map<string, { readonly target: string; needed: boolean; done: boolean }>;
}

async function shadow(file: string, work: Work): Promise<Exclude<Prepared, { kind: 'ready' }> | undefined> {
  if (work.seen.has(file)) return undefined;
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    return { kind: 'unreadable', file, why: (error as Error).message };
  }
  const { transform } = await import('esbuild');
  const { init, parse } = await import('es-module-lexer');
  await init;
  const typescript = TYPESCRIPT.test(file);
  let code = source;
  const options: TransformOptions = {
    loader: typescript ? 'ts' : 'js',
    sourcefile: pathToFileURL(file).href,
    sourcemap: typescript ? 'inline' : false,
    target: 'esnext',
    platform: 'node',
    logLevel: 'silent',
    tsconfigRaw: {},
  };
  try {
    // a module whose type is not told by its name or its package is one where it uses a module's syntax, as in Node ≥ 22.7
    const made = await transform(source, options);
    if (typescript) code = made.code;
  } catch (error) {
    const first = (error as { errors?: readonly Message[] }).errors?.[0];
    if (first === undefined) throw error;
    // plain JavaScript that esbuild cannot read may still be fine for Node
    if (!typescript && spawnSync(process.execPath, ['--check', file], { stdio: 'ignore' }).status === 0)
      return undefined;
    return syntaxError(file, first);
  }
  let [imports, , , hasModuleSyntax] = parse(code, file);
  if (file.endsWith('.cts') && hasModuleSyntax) {
    // TypeScript's own way to write CommonJS
    code = (await transform(source, { ...options, format: 'cjs' })).code;
    [imports, , , hasModuleSyntax] = parse(code, file);
  }
  const own = packageType(file);
  const isModule = /\.m[jt]s$/.test(file) || (!/\.c[jt]s$/.test(file) && (hasModuleSyntax || own === 'module'));
  const number = work.seen.size + 1;
  const dir = packageFolders(file, path.join(work.into, String(number)));
  const target = path.join(dir.deepest, `${path.basename(file).replace(/\.[^.]+$/, '')}${isModule ? '.mjs' : '.cjs'}`);

  const self = { target, needed: typescript, done: false };
  work.seen.set(file, self);
  const edits: { start: number; end: number; text: string }[] = [];
  for (const { n: specifier, s: start, e: end, d: dynamic } of imports) {
    if (specifier === undefined || isBuiltin(specifier)) continue;
    const named = /^\.{0,2}\//.test(specifier)
      ? path.resolve(path.dirname(file), plain(specifier))
      : (work.given[specifier] ?? byImports(file, specifier));
    if (named !== undefined) {
      const found = runnable(named);
      if (found !== undefined) {
        const trouble = await shadow(found, work);
        if (trouble !== undefined) return trouble;
      }
      const other = work.seen.get(found ?? '');
      // two that need each other must meet in the same one
      if (other !== undefined && !other.done) other.needed = true;
      if (other?.needed) self.needed = true;
      // of what is not there, Node is to give the name that the program meant
      const text = pathToFileURL(other?.needed ? other.target : (found ?? named)).href.replaceAll("'", '%27');
      edits.push({ start, end, text: dynamic > -1 ? JSON.stringify(text) : text });
    } else if (
      isModule &&
      !/^[a-z]+:/.test(specifier) &&
      !hasPackage(path.dirname(file), specifier) &&
      !inside(file, work.workbook)
    ) {
      self.needed = true;
    }
  }
  for (const [, , specifier = ''] of code.matchAll(/\brequire\(\s*(['"])(\.{1,2}\/[^'"]+|#[^'"]+)\1\s*\)/g)) {
    const found = runnable(work.given[specifier] ?? path.resolve(path.dirname(file), specifier));
    if (found === undefined) continue;
    const trouble = await shadow(found, work);
    if (trouble !== undefined) return trouble;
  }
  self.done = true;
  if (!self.needed) return undefined;
  for (const { start, end, text } of edits.toReversed()) code = code.slice(0, start) + text + code.slice(end);
  mkdirSync(dir.deepest, { recursive: true });
  for (const [link, to] of dir.links) {
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(to, link, 'dir');
  }
  // a line by itself: what stands behind it would be part of it
  const first = code.startsWith('#!') ? code.indexOf('\n') + 1 : 0;
  const [hashbang, rest] = [code.slice(0, first), code.slice(first)];
  writeFileSync(target, hashbang + (isModule ? moduleName(file) : commonJsName(file)) + rest);
  // `require` finds its shadow through the probe; only what is reached as a program or by name needs the entry
  work.shadows[file] = target;
  return undefined;
}

/** In front of the first line, so that the line numbers stay. The names of a module are plain properties and may be set. */
function moduleName(file: string): string {
  const meta = { url: pathToFileURL(file).href, filename: file, dirname: path.dirname(file) };
  return Object.entries(meta)
    .map(([key, value]) => `import.meta.${key}=${JSON.stringify(value)};`)
    .join('');
}

function commonJsName(file: string): string {
  const name = JSON.stringify(file);
  return `module.filename=__filename=${name};__dirname=${JSON.stringify(path.dirname(file))};module.paths=require('node:module')._nodeModulePaths(__dirname);`;
}

function plain(specifier: string): string {
  return specifier.replace(/[?#].*$/, '');
}

function runnable(named: string): string | undefined {
  // `./x.js` for x.ts is how TypeScript projects wrote it for years, and tsx runs it
  const candidates = [named, named.replace(/\.([mc]?)js$/, '.$1ts')];
  const found = candidates.find((candidate) => SUPPORTED.test(candidate) && existsSync(candidate));
  return found === undefined ? undefined : realpathSync(found);
}

/** What the `imports` of the source's own package make of `#name`; the shadow lies in another package. */
function byImports(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('#')) return undefined;
  try {
    const found = createRequire(file).resolve(specifier);
    return path.isAbsolute(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A folder for the shadow from which Node finds the same packages as from the source's folder, nearest first, and the
 * workbook's after them, because the shadow lies within the workbook.
 */
function packageFolders(
  file: string,
  base: string,
): { readonly deepest: string; readonly links: readonly (readonly [string, string])[] } {
  const own = ancestors(path.dirname(file))
    .map((folder) => path.join(folder, 'node_modules'))
    .filter((folder) => existsSync(folder));
  let deepest = base;
  const links: [string, string][] = [];
  for (const folder of own.toReversed()) {
    deepest = path.join(deepest, 'in');
    links.push([path.join(deepest, 'node_modules'), folder]);
  }
  return { deepest: path.join(deepest, 'of'), links };
}

function hasPackage(folder: string, specifier: string): boolean {
  const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1);
  return ancestors(folder).some((ancestor) => existsSync(path.join(ancestor, 'node_modules', ...name)));
}

function packageType(file: string): string | undefined {
  for (const folder of ancestors(path.dirname(file))) {
    try {
      return (JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { type?: string }).type;
    } catch {
      // none here: the next folder up decides
    }
  }
  return undefined;
}

function ancestors(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function inside(file: string, folder: string): boolean {
  return !path.relative(folder, file).startsWith('..');
}

function syntaxError(file: string, { text, location }: Message): Prepared & { kind: 'syntax' } {
  const line = location?.line ?? 1;
  const column = (location?.column ?? 0) + 1;
  const frame = `${String(line).padStart(5)} │ ${location?.lineText ?? ''}\n${' '.repeat(5)} │ ${' '.repeat(column - 1)}${'^'.repeat(Math.max(1, location?.length ?? 1))}`;
  return { kind: 'syntax', file, line, column, message: text, frame };
}
