// Imports the workbook's own TypeScript files when they are needed, by the path that they have at that moment.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/**
 * Like `import(file)`, for an absolute path. Node 20 reads TypeScript through tsx's hook on `require`, which native
 * `import()` does not pass through (and tsx's hook on `import` costs 170 ms at every start).
 */
export async function load<T>(file: string): Promise<T> {
  if ('.ts' in require.extensions) return require(file) as T;
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as T;
}
