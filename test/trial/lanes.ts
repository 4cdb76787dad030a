// Trials side by side, as many as do not disturb each other: checks that mostly wait come last, and more of them at once.
import { load, type Lesson } from '#workbook';

/** Of checks that mostly wait, so many in the place of one. */
const WAITING = 2;

/** Calls `work` for each item, so many at a time; what `work` rejects with ends it. */
export async function inLanes<T extends { readonly lesson: Lesson }>(
  items: readonly T[],
  jobs: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const waits = await Promise.all(items.map(({ lesson }) => mostlyWaits(lesson)));
  for (const [isWaiting, lanes] of [
    [false, jobs],
    [true, jobs * WAITING],
  ] as const) {
    // one iterator for all lanes: each takes the next item
    const turns = [...items.entries()].filter(([index]) => waits[index] === isWaiting).values();
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        for (const [index, item] of turns) await work(item, index);
      }),
    );
  }
}

/** Whether its `check.ts` says so. */
async function mostlyWaits(lesson: Lesson): Promise<boolean> {
  return (await load<{ readonly mostlyWaits?: true }>(lesson.check)).mostlyWaits === true;
}
