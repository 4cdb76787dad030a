// What a lesson gives to its programs by a name, such as `#app`: whatever is judged by that lesson can import it.
import { readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Lesson } from './find.ts';

/** Name → absolute path: those `imports` of the workbook's package.json that lie in the lesson's folder. */
export function givenBy({ root, folder }: Pick<Lesson, 'root' | 'folder'>): Readonly<Record<string, string>> {
  const { imports = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly imports?: Readonly<Record<string, unknown>>;
  };
  const named = Object.entries(imports).flatMap(([name, to]) =>
    typeof to === 'string' ? [[name, resolve(root, to)] as const] : [],
  );
  return Object.fromEntries(named.filter(([, file]) => file.startsWith(folder + sep)));
}
