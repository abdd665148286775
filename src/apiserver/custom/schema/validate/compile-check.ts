/**
 * A JSON schema as one function that checks values: what the keywords ask is worked out once. The wording, and which keywords apply to what
 * kind of value, are those of the validator that clients of custom resources know.
 */
import { sameValue } from "../../../../cel/mod.ts";
import { isObject } from "../../../apply/type-rules.ts";
import type { JsonSchema } from "../structural-node.ts";
import { alternativeChecks } from "./alternative-checks.ts";
import { enumCheck } from "./enum-check.ts";
import { listChecks } from "./list-checks.ts";
import { numberChecks } from "./number-checks.ts";
import { objectChecks } from "./object-checks.ts";
import { stringChecks } from "./string-checks.ts";
import { typeCheck } from "./type-check.ts";
import type { Check } from "./validation.ts";

const nothing: readonly Check[] = [];

export function compileCheck(schema: JsonSchema): Check {
  const always = typeCheck(schema);
  const onEnum = enumCheck(schema);
  const same = sameValue(schema as Parameters<typeof sameValue>[0]);
  const alternatives = alternativeChecks(schema, compileCheck);
  const chain = (own: readonly Check[]) => [...always, ...alternatives, ...own, ...onEnum];
  const byKind = {
    null: [...always, ...onEnum],
    string: chain(stringChecks(schema)),
    number: chain(numberChecks(schema)),
    boolean: chain(nothing),
    list: chain(listChecks(schema, compileCheck)),
    object: [...chain(nothing), ...objectChecks(schema, compileCheck)],
  };
  return (value, old, run) => {
    // KEP-4008: what an update leaves as it was is not held against it, should the schema have become stricter since.
    const isAsItWas = () => old !== undefined && same(value, old);
    if (!run.isQuiet && isAsItWas()) return;
    const before = run.failures;
    for (const check of byKind[kindOf(value)]) {
      check(value, old, run);
      run.matches++;
    }
    if (run.isQuiet && run.failures > before && isAsItWas()) run.failures = before;
  };
}

function kindOf(value: unknown): "null" | "string" | "number" | "boolean" | "list" | "object" {
  if (isObject(value)) return "object";
  if (Array.isArray(value)) return "list";
  const kind = typeof value;
  return kind === "string" || kind === "number" || kind === "boolean" ? kind : "null";
}
