/** Hashes that end up in names: FNV-1a over canonical JSON, written in the alphabet that cannot spell words. */

import { sortKeys } from "../../api/mod.ts";

const safeAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/** FNV-1, 32 bits, over UTF-16 code units' low and high bytes: only stability matters, not agreement with other programs. */
function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    if (unit > 0xff) hash = Math.imul(hash ^ (unit >> 8), 0x01000193);
  }
  return hash >>> 0;
}

/** Each character of `text` moved into an alphabet without vowels and look-alikes (upstream's rule for generated names). */
function safeEncode(text: string): string {
  return Array.from(text, (character) => safeAlphabet[character.charCodeAt(0) % safeAlphabet.length]).join("");
}

/** Hash of any JSON value, the same whatever the order of its keys; a collision count changes it. */
export function contentHash(value: unknown, collisionCount?: number): string {
  const suffix = collisionCount ? `\n${collisionCount}` : "";
  return safeEncode(String(fnv32(JSON.stringify(sortKeys(value)) + suffix)));
}

/** Equal as JSON values; an empty list equals an absent one. An empty map does not: `emptyDir: {}` says something. */
export function semanticallyEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isEmpty(a) && isEmpty(b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => semanticallyEqual(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) if (!semanticallyEqual(a[key], b[key])) return false;
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
