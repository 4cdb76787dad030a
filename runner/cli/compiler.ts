// esbuild, by which tsx makes the workbook's own TypeScript runnable on Node 20 and 22, works in a process of its own. That
// is in the terminal's foreground too: Ctrl-C ends it, and it would be asked in vain ever after.
import { createRequire } from 'node:module';

/** After Ctrl-C, where the workbook goes on: what is compiled next gets a process of its own again. */
export function renewCompiler(): void {
  for (const [file, loaded] of Object.entries(createRequire(import.meta.url).cache))
    if (/[\\/]esbuild[\\/]lib[\\/]main\.js$/.test(file))
      void (loaded?.exports as { stop?(): unknown } | undefined)?.stop?.();
}
