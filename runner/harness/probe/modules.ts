// Lets the program's own path run what was made of it: TypeScript runs as JavaScript, under its source's name.
import Module from 'node:module';
import type { ProbeSettings } from './messages.ts';

/** Node's own comment on Module._findPath: "monkey-patchable here". */
export function redirectModules({ shadows }: Pick<ProbeSettings, 'shadows'>): void {
  const internals = Module as unknown as {
    _findPath: (request: string, paths: unknown, isMain: boolean) => string | false;
  };
  const find = internals._findPath;
  internals._findPath = function (request, paths, isMain) {
    const found = find.call(this, request, paths, isMain);
    return found === false ? found : (shadows[found] ?? found);
  };
  if (Object.keys(shadows).length > 0) process.setSourceMapsEnabled(true);
}
