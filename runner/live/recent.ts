// The last few of what comes again and again.

export interface Recent<T> {
  add(item: T): void;
  /** The oldest first. */
  list(): readonly T[];
}

export function recent<T>(most: number): Recent<T> {
  const items: T[] = [];
  return {
    add(item) {
      items.push(item);
      if (items.length > most) items.shift();
    },
    list: () => items,
  };
}
