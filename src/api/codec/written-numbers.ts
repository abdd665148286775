/**
 * Numbers that are not printed as they were written: `7.0`, `1e3`, twenty digits. Upstream's decoder goes by the text: the first is no whole
 * number to it, and of a quantity the others are spellings. JSON.parse knows the value alone, so who has to know looks here.
 */

/** What a JSON text has of strings and numbers. One loop within the other: see `stringShape`. */
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

function isReprinted(piece: string): boolean {
  return piece.startsWith('"') || String(Number(piece)) === piece;
}

/** Looks closer at a JSON text that has odd numbers: see `surveyJson`. */
export function hasWrittenNumbers(text: string): boolean {
  for (const [piece] of text.matchAll(stringOrNumber)) if (!isReprinted(piece)) return true;
  return false;
}

/** A value with other numbers in the place of such ones, which are told from all that may be there, until what is made of it is printed. */
export class WrittenNumbers {
  readonly value: unknown;
  /** By what stands for them. */
  readonly #written = new Map<string, string>();

  constructor(text: string) {
    // One for all that are written alike: a JSON patch may test what it has added.
    const standIns = new Map<string, string>();
    const replaced = text.replace(stringOrNumber, (piece) => {
      if (isReprinted(piece)) return piece;
      const known = standIns.get(piece);
      if (known !== undefined) return known;
      const standIn = this.#standIn(piece);
      standIns.set(piece, standIn);
      return standIn;
    });
    this.value = JSON.parse(replaced);
  }

  /** The first that is beyond what a number can be. */
  get infinite(): string | undefined {
    for (const written of this.#written.values()) if (!Number.isFinite(Number(written))) return written;
    return undefined;
  }

  /** No whole number, as what it stands for is none. */
  #standIn(written: string): string {
    const text = String((1 + Math.random()) / 4);
    this.#written.set(text, written);
    return text;
  }

  /** The JSON text, with the numbers as they were written. */
  restore(text: string): string {
    return text.replace(stringOrNumber, (piece) => this.#written.get(piece) ?? piece);
  }
}
