/** Where a value sits in an object, printed as clients know it: `spec.containers[0].env[name]`. Built lazily: most paths are never printed. */
export class FieldPath {
  readonly #parent: FieldPath | undefined;
  readonly #segment: string;

  constructor(segment: string, parent?: FieldPath) {
    this.#segment = segment;
    this.#parent = parent;
  }

  /** The path of a named field; several names go down several levels. */
  child(...names: string[]): FieldPath {
    let path: FieldPath = this;
    for (const name of names) path = new FieldPath(path.isRoot ? name : `.${name}`, path);
    return path;
  }

  index(position: number): FieldPath {
    return new FieldPath(`[${position}]`, this);
  }

  /** The path of a map's entry. */
  key(key: string): FieldPath {
    return new FieldPath(`[${key}]`, this);
  }

  get isRoot(): boolean {
    return this.#parent === undefined && this.#segment === "";
  }

  toString(): string {
    let text = this.#segment;
    for (let path = this.#parent; path; path = path.#parent) text = path.#segment + text;
    return text || "<nil>";
  }
}

/** `field("spec")` starts a path; `field()` is the object itself. */
export function field(...names: string[]): FieldPath {
  const root = new FieldPath("");
  return names.length === 0 ? root : root.child(...names);
}
