/** Strings count in code points here, in UTF-16 units in JavaScript. */
const pairs = /[\ud800-\udbff][\udc00-\udfff]/g;

export function codePointCount(text: string): number {
  return text.length - (text.match(pairs)?.length ?? 0);
}

export function codePoints(text: string): readonly string[] {
  return Array.from(text);
}
