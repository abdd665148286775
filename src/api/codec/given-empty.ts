/**
 * Empty lists and maps are dropped when objects are read, as nobody tells them from absent ones: but for messages about what a client sent,
 * which print `{}` or `[]` where upstream does, and for who owns it. Known of the object that was read, for a few names, and never of its copies.
 */
const given = new WeakMap<object, Map<string, object>>();
/** Fields that messages print, and one whose empty list says that nobody owns anything. */
const told: ReadonlySet<string> = new Set(["labels", "capacity", "values", "managedFields"]);

export function noteEmpty(holder: object, name: string, value: unknown): void {
  if (told.has(name) && typeof value === "object" && value !== null) noteEmptyList(holder, name, value);
}

/** Of a required list: who sends one owns it, empty or not. */
export function noteEmptyList(holder: object, name: string, value: object): void {
  const known = given.get(holder);
  if (known) known.set(name, value);
  else given.set(holder, new Map([[name, value]]));
}

/** The empty list or map that a client sent as `holder[name]`; undefined where it sent none. */
export function givenEmpty(holder: object | undefined, name: string): object | undefined {
  return holder && given.get(holder)?.get(name);
}
