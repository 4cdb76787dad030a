// The name that somebody probably meant, by how few letters it takes to get there.

/** The nearest of the names, or null where none is near enough to be meant. */
export function nearest(typed: string, names: readonly string[]): string | null {
  const wanted = typed.toLowerCase();
  let best: { name: string; steps: number } | null = null;
  for (const name of names) {
    const steps = name.startsWith(wanted) && wanted.length >= 3 ? 0 : distance(wanted, name);
    if (!best || steps < best.steps) best = { name, steps };
  }
  return best && best.steps <= Math.max(2, Math.floor(typed.length / 3)) ? best.name : null;
}

// Levenshtein's distance, a row of the table at a time.
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const line = [row + 1];
    for (let column = 0; column < b.length; column++) {
      const replaced = (above[column] ?? 0) + (b[column] === letter ? 0 : 1);
      line.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
}
