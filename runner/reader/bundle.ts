// Scripts and styles of a page, each bundled into one file that any browser of the last years reads.
import { join } from 'node:path';

/** Of `NAME.ts` and `NAME.css` in the folder, for each name: `NAME.js` and `NAME.css`. */
export async function bundleForBrowser(folder: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: names.flatMap((name) => [
      { in: join(folder, `${name}.ts`), out: name },
      { in: join(folder, `${name}.css`), out: name },
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
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*[/\\]/, ''), text]));
}
