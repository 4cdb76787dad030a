// What the pages load: their scripts and styles, each bundled into one file when the server starts.
import { join } from 'node:path';

const BROWSER = join(import.meta.dirname, 'browser');

/** By their paths, such as `/assets/live.js`. */
export async function browserAssets(pages: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: pages.flatMap((page) => [
      { in: join(BROWSER, `${page}.ts`), out: page },
      { in: join(BROWSER, `${page}.css`), out: page },
    ]),
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    outdir: 'assets',
  });
  return new Map(outputFiles.map(({ path, text }) => [`/assets/${path.replace(/^.*[/\\]/, '')}`, text]));
}
