import { deepEqual } from "../../../apply/type-rules.ts";
import { notSupported } from "../../../validation/field-error.ts";
import type { JsonSchema } from "../structural-node.ts";
import type { Check } from "./validation.ts";

export function enumCheck({ enum: values }: JsonSchema): readonly Check[] {
  if (!values || values.length === 0) return [];
  const simple = new Set(values.filter((value) => typeof value !== "object"));
  const composed = values.filter((value) => typeof value === "object" && value !== null);
  const words = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  return [
    (value, _old, run) => {
      run.spend(composed.length);
      if (simple.has(value) || composed.some((one) => deepEqual(one, value))) return;
      run.fail(() => notSupported(run.place.path(), value, words));
    },
  ];
}
