/** Where a walk through an object is. Names are put together only when somebody asks: most places are never printed. */
import { FieldPath } from "../../validation/field-path.ts";

export class Place {
  readonly #segments: (string | number)[] = [];

  get isRoot(): boolean {
    return this.#segments.length === 0;
  }

  enter(segment: string | number): void {
    this.#segments.push(segment);
  }

  leave(): void {
    this.#segments.pop();
  }

  /** `spec.items[0].name`; empty at the root. */
  toString(): string {
    let text = "";
    for (const segment of this.#segments) {
      if (typeof segment === "number") text += `[${segment}]`;
      else text += text === "" ? segment : `.${segment}`;
    }
    return text;
  }

  /** The path of this place, or of a member of it. */
  path(member?: string): FieldPath {
    const here = new FieldPath(this.toString());
    return member === undefined ? here : here.child(member);
  }
}
