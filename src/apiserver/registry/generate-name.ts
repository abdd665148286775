import { randomInt } from "node:crypto";
import { inOnePiece } from "../../api/mod.ts";

// No vowels and no characters that look alike: generated names spell nothing.
const alphabet = "bcdfghjklmnpqrstvwxz2456789";
const tailLength = 5;
const maximumPrefixLength = 63 - tailLength;

/** Attempts at a name that is not taken yet. */
export const generateNameAttempts = 8;

/** A name from a `generateName` prefix: the prefix, cut so that the whole stays a DNS label, and five random characters. */
export function generateName(prefix: string): string {
  let name = prefix.slice(0, maximumPrefixLength);
  for (let i = 0; i < tailLength; i++) name += alphabet[randomInt(alphabet.length)];
  return inOnePiece(name);
}
