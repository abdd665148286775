/** Where a value sits in an object, printed as clients know it: `spec.containers[0].env[name]`. Built lazily: most paths are never printed. */
export class FieldPath {
  readonly #parent: FieldPath | undefined;
  readonly #segment: string;
  readonly #isField: boolean;

  constructor(segment: string, parent?: FieldPath, isField = false) {
    this.#segment = segment;
    this.#parent = parent;
    this.#isField = isField;
  }

  /** The path of a named field; several names go down several levels. */
  child(name: string, ...deeper: string[]): FieldPath {
    const path = new FieldPath(name, this, true);
    return deeper.length === 0 ? path : path.child(...(deeper as [string, ...string[]]));
  }

  index(position: number): FieldPath {
    return new FieldPath(`[${position}]`, this);
  }

  /** The path of a map's entry. */
  key(key: string): FieldPath {
    return new FieldPath(`[${key}]`, this);
  }

  toString(): string {
    return this.#print() || "<nil>";
  }

  #print(): string {
    const before = this.#parent === undefined ? "" : this.#parent.#print();
    return this.#isField && before !== "" ? `${before}.${this.#segment}` : before + this.#segment;
  }
}

/** `field("spec")` starts a path; `field()` is the object itself. */
export function field(...names: string[]): FieldPath {
  const root = new FieldPath("");
  const [first, ...deeper] = names;
  return first === undefined ? root : root.child(first, ...deeper);
}
