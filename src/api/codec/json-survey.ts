/** What can be told of a JSON text at a glance, from string to string: runs on every body that is sent. */

export interface Survey {
  /** The keys of all objects: each is a string before a colon, and colons outside strings stand nowhere else. */
  readonly keys: number;
  /** A member, or a list of numbers, has one with a fraction, an exponent or many digits. */
  readonly hasOddNumbers: boolean;
}

const colon = 0x3a;
const backslash = 0x5c;
/** `n`, with which `null` begins. */
const beginOfNull = 0x6e;
/** Longer ones may be no number that there is exactly. */
const mostDigits = 15;

export function surveyJson(text: string): Survey {
  let keys = 0;
  let hasOddNumbers = false;
  let at = text.indexOf('"');
  while (at >= 0) {
    let end = text.indexOf('"', at + 1);
    while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end < 0) break;
    let next = end + 1;
    while (text.charCodeAt(next) <= 0x20) next++;
    if (text.charCodeAt(next) === colon) {
      keys++;
      hasOddNumbers ||= startsWithOddNumber(text, next + 1);
    }
    at = text.indexOf('"', next);
  }
  return { keys, hasOddNumbers };
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++;
  return slashes % 2 === 1;
}

/** Looks as far as there are numbers, nulls, commas, spaces and opening brackets, which is one character mostly. */
function startsWithOddNumber(text: string, start: number): boolean {
  let digits = 0;
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) digits++;
    else if (digits > 0 && (code === 0x2e || code === 0x65 || code === 0x45)) return true;
    else if (code <= 0x20 || code === 0x2c || code === 0x2d || code === 0x5b) digits = 0;
    else if (code === beginOfNull) at += 3;
    else return false;
    if (digits > mostDigits) return true;
  }
}
