/** One run of a compiled schema over one value: where it is, and what it found. */
import { type FieldError, invalid, invalidUnprinted, typeInvalid } from "../../../validation/field-error.ts";
import { field } from "../../../validation/field-path.ts";
import { Place } from "../walk.ts";

/**
 * Checks a value. `old` is what stood in the same place before an update; undefined where nothing did, or where it cannot be told what did
 * (items of lists without keys).
 */
export type Check = (value: unknown, old: unknown, run: Validation) => void;

/** Alternatives that one run tries, and what takes as long: a short schema and a short object may make billions of them together. */
const mostTries = 2_000_000;
/** An expression goes through as many characters in the time of one try. */
const charactersOfOneTry = 32;

class TooManyTries extends Error {}

/** What a check has against a value. It is told in a second run, as most values are right. */
export function findErrors(check: Check, value: unknown, old?: unknown): readonly FieldError[] {
  const run = new Validation();
  try {
    if (new Validation().look(check, value, old).failures > 0) check(value, old, run);
    return run.errors;
  } catch (error) {
    if (!(error instanceof TooManyTries)) throw error;
    return [
      invalidUnprinted(field(), "there are too many alternatives in the schema to hold so large an object against"),
    ];
  }
}

export class Validation {
  readonly place = new Place();
  readonly errors: FieldError[] = [];
  failures = 0;
  /** How much fitted: of alternatives that all fail, the errors of the one that came furthest are told. */
  matches = 0;
  /** Nobody wants the words. */
  isQuiet = false;
  #tries = 0;

  /** Runs a check without words, and answers what came of it. */
  look(check: Check, value: unknown, old: unknown): Outcome {
    const { failures, matches } = this;
    const isQuiet = this.isQuiet;
    this.spend(1);
    this.failures = 0;
    this.matches = 0;
    this.isQuiet = true;
    check(value, old, this);
    const outcome = { failures: this.failures, matches: this.matches };
    this.failures = failures;
    this.matches = matches;
    this.isQuiet = isQuiet;
    return outcome;
  }

  /** Makes the outcome of such a look this run's own, with the errors where they are told. */
  take({ failures, matches }: Outcome, check: Check, value: unknown, old: unknown): void {
    if (failures > 0 && !this.isQuiet) check(value, old, this);
    else {
      this.failures += failures;
      this.matches += matches;
    }
  }

  fail(error: () => FieldError): void {
    this.failures++;
    if (!this.isQuiet) this.errors.push(error());
  }

  spend(tries: number): void {
    this.#tries += tries;
    if (this.#tries > mostTries) throw new TooManyTries();
  }

  spendOnText(text: string): void {
    this.spend(text.length / charactersOfOneTry);
  }

  /** The value breaks a rule: `spec.a in body should …`. */
  broken(value: unknown, rule: string): void {
    this.fail(() => invalid(this.place.path(), value, `${this.place} in body ${rule}`));
  }

  /** The value is of another type, or a text of another format. `found` is how the message shows it. */
  mistyped(wanted: string, found: string): void {
    const text = () => `${this.place} in body must be of type ${wanted}: ${JSON.stringify(found)}`;
    this.fail(() => typeInvalid(this.place.path(), found, text()));
  }

  outOfRange(rule: string): void {
    this.fail(() => invalid(field(), "", `${rule} in ${this.place}`));
  }

  /** Alternatives that do not fit are told of without a field; the sentence has the place. */
  unfitting(rule: string): void {
    this.fail(() => invalid(field(), "", `${JSON.stringify(this.place.toString())} must ${rule}`));
  }
}

export interface Outcome {
  readonly failures: number;
  readonly matches: number;
}
