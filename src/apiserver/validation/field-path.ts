/** Where a value sits in an object, printed as clients know it: `spec.containers[0].env[name]`. Built lazily: most paths are never printed. */
export class FieldPath {
  readonly #parent: FieldPath | undefined;
  /** A position stays a number until somebody prints it. */
  readonly #segment: string | number;
  readonly #isField: boolean;

  constructor(segment: string | number, parent?: FieldPath, isField = false) {
    this.#segment = segment;
    this.#parent = parent;
    this.#isField = isField;
  }

  /** The path of a named field; several names go down several levels. */
  child(name: string, deeper?: string, deepest?: string): FieldPath {
    const path = new FieldPath(name, this, true);
    return deeper === undefined ? path : path.child(deeper, deepest);
  }

  index(position: number): FieldPath {
    return new FieldPath(position, this);
  }

  /** The path of a map's entry. */
  key(key: string): FieldPath {
    return new FieldPath(key, this);
  }

  toString(): string {
    return this.#print() || "<nil>";
  }

  #print(): string {
    if (this.#parent === undefined) return String(this.#segment);
    const before = this.#parent.#print();
    if (!this.#isField) return `${before}[${this.#segment}]`;
    return before === "" ? String(this.#segment) : `${before}.${this.#segment}`;
  }
}

/** `field("spec")` starts a path; `field()` is the object itself. */
export function field(...names: string[]): FieldPath {
  return names.reduce((path, name) => path.child(name), new FieldPath(""));
}

/** Visits the items of a list, which may be absent, with their places. */
export function eachItem<T>(
  list: readonly T[] | undefined,
  path: FieldPath,
  visit: (item: T, at: FieldPath, position: number) => void,
): void {
  if (list === undefined) return;
  for (let position = 0; position < list.length; position++) visit(list[position]!, path.index(position), position);
}
