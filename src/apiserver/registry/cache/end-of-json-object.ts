/** Finding the end of a part of JSON without reading it. */

const [quote, backslash] = [0x22, 0x5c];
const [brace, braceEnd] = [0x7b, 0x7d];

/** Where the object that begins at `start` ends: after its last brace, or with the text where that is cut off. */
export function endOfJsonObject(json: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const byte = json[at];
    if (byte === quote) at = endOfString(json, at);
    else if (byte === brace) depth++;
    else if (byte === braceEnd && --depth === 0) return at + 1;
  }
  return json.length;
}

function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}
