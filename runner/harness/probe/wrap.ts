// Stands in for a function of Node's without looking like it: same name, length and properties, and no more source to
// read than native code has.

export type Method = (...args: never[]) => unknown;

/** `by` is called in the method's place, and calls the method itself where it wants to. */
export type By = (method: (...args: unknown[]) => unknown, self: unknown, args: unknown[]) => unknown;

// As it is now: what the program replaces later is not used.
const { apply, getOwnPropertyDescriptor, defineProperty } = Reflect;

export function wrap<T extends object>(owner: T, name: keyof T & string, by: By): void {
  const method = owner[name] as (...args: unknown[]) => unknown;
  const value = new Proxy(method, { apply: (_target, self, args: unknown[]) => by(method, self, args) });
  const own = getOwnPropertyDescriptor(owner, name);
  // what an object has from its class is not to turn up among its own names
  defineProperty(owner, name, own === undefined ? { value, writable: true, configurable: true } : { ...own, value });
}

export function call(method: (...args: unknown[]) => unknown, self: unknown, args: unknown[]): unknown {
  return apply(method, self, args);
}
