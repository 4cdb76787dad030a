// Fresh connections while something else goes on.
import type { Stage } from '../stage.ts';

/** Asks whoever is dealt the connection, every so many ms from the time that `from` says so, until `other` is done. */
export async function visitMeanwhile<T>(
  stage: Stage,
  other: Promise<T>,
  {
    path,
    stream,
    from = () => true,
    every = 40,
  }: { readonly path: string; readonly stream: string; readonly from?: () => boolean; readonly every?: number },
): Promise<T> {
  let over = false;
  const done = other.finally(() => {
    over = true;
  });
  const asking = async (): Promise<void> => {
    for (;;) {
      if (over) return;
      if (from()) await stage.visit(1, path, { stream });
      await stage.rest(every);
    }
  };
  const [result] = await Promise.all([done, asking()]);
  return result;
}
