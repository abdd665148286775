/** JSON as Go writes it: keys in order, and what HTML would misread escaped. */

import { sortKeys } from "../../api/narrow.ts";

export const escapedJson = (value: unknown, indent = 0): string =>
  JSON.stringify(sortKeys(value), null, indent).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
