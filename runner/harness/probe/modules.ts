// Lets the program's own path run what was made of it: TypeScript runs as JavaScript, under its source's name.
import Module from 'node:module';
import type { ProbeSettings } from './messages.ts';

/** Node's own comment on Module._findPath: "monkey-patchable here". */
export function redirectModules({ shadows, given }: Pick<ProbeSettings, 'shadows' | 'given'>): void {
  const internals = Module as unknown as {
    _findPath: (request: string, paths: unknown, isMain: boolean) => string | false;
    _resolveFilename: (request: string, ...others: unknown[]) => string;
  };
  const resolve = internals._resolveFilename;
  internals._resolveFilename = function (request, ...others) {
    const file = Object.hasOwn(given, request) ? given[request] : undefined;
    return file === undefined ? resolve.call(this, request, ...others) : (shadows[file] ?? file);
  };
  const find = internals._findPath;
  internals._findPath = function (request, paths, isMain) {
    const found = find.call(this, request, paths, isMain);
    return found === false ? found : (shadows[found] ?? found);
  };
  if (Object.keys(shadows).length > 0) process.setSourceMapsEnabled(true);
}
