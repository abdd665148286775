/** One run of a compiled schema over one value: where it is, and what it found. */
import { type FieldError, invalid, typeInvalid } from "../../../validation/field-error.ts";
import { field } from "../../../validation/field-path.ts";
import { Place } from "../walk.ts";

/**
 * Checks a value. `old` is what stood in the same place before an update; undefined where nothing did, or where it cannot be told what did
 * (items of lists without keys).
 */
export type Check = (value: unknown, old: unknown, run: Validation) => void;

export class Validation {
  readonly place = new Place();
  errors: FieldError[] = [];
  /** How much fitted: of alternatives that all fail, the errors of the one that came furthest are told. */
  matches = 0;

  /** Runs a check aside: what it finds is answered, not kept. */
  aside(check: Check, value: unknown, old: unknown): Outcome {
    const { errors, matches } = this;
    this.errors = [];
    this.matches = 0;
    check(value, old, this);
    const outcome = { errors: this.errors, matches: this.matches };
    this.errors = errors;
    this.matches = matches;
    return outcome;
  }

  keep(outcome: Outcome): void {
    this.errors.push(...outcome.errors);
    this.matches += outcome.matches;
  }

  /** The value breaks a rule: `spec.a in body should …`. */
  broken(value: unknown, rule: string): void {
    this.errors.push(invalid(this.place.path(), value, `${this.place} in body ${rule}`));
  }

  /** The value is of another type, or a text of another format. `found` is how the message shows it. */
  mistyped(wanted: string, found: string): void {
    const text = `${this.place} in body must be of type ${wanted}: ${JSON.stringify(found)}`;
    this.errors.push(typeInvalid(this.place.path(), found, text));
  }

  outOfRange(sentence: string): void {
    this.errors.push(invalid(field(), "", sentence));
  }

  /** Alternatives that do not fit are told of without a field; the sentence has the place. */
  unfitting(rule: string): void {
    this.errors.push(invalid(field(), "", `${JSON.stringify(this.place.toString())} must ${rule}`));
  }
}

export interface Outcome {
  readonly errors: readonly FieldError[];
  readonly matches: number;
}
