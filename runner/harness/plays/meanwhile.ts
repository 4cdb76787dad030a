// Fresh connections while something else goes on.
import type { Stage } from '../stage.ts';

/** Asks whoever is dealt the connection, again and again from the time that `from` says so, until `other` is done. */
export async function visitMeanwhile<T>(
  stage: Stage,
  other: Promise<T>,
  {
    path,
    stream,
    from = () => true,
  }: { readonly path: string; readonly stream: string; readonly from?: () => boolean },
): Promise<T> {
  let over = false;
  const done = other.finally(() => {
    over = true;
  });
  const asking = async (): Promise<void> => {
    for (;;) {
      if (over) return;
      if (from()) await stage.visit(1, path, { stream });
      await stage.rest(40);
    }
  };
  const [result] = await Promise.all([done, asking()]);
  return result;
}
