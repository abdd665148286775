/** Finding by regular expressions. */
import { type Overload, overload } from "../checker/signature.ts";
import { ArrayList } from "../values/value.ts";
import { find, findAll } from "./patterns.ts";
import { regexCost } from "./standard.ts";

const options = { cost: regexCost, size: (sizes: readonly number[]) => sizes[0]! };

export const regex: readonly Overload[] = [
  overload("string.find(string): string", find, options),
  overload(
    "string.findAll(string): list(string)",
    (text: string, pattern: string) => new ArrayList(findAll(text, pattern, -1)),
    options,
  ),
  overload(
    "string.findAll(string, int): list(string)",
    (text: string, pattern: string, limit: bigint) => new ArrayList(findAll(text, pattern, Number(limit))),
    options,
  ),
];
