import type { JsonSchema } from "../structural-node.ts";
import { goNumber } from "./go-number.ts";
import type { Check } from "./validation.ts";

/** multipleOf, maximum and minimum: all that are broken are told. */
export function numberChecks(schema: JsonSchema): readonly Check[] {
  const { multipleOf, maximum, minimum, exclusiveMaximum, exclusiveMinimum } = schema;
  const checks: Check[] = [...rangeCheck(schema)];
  const rule = (limit: number, holds: (value: number) => boolean, words: string) =>
    checks.push((value, _old, run) => {
      if (!holds(value as number)) run.broken(value, `should be ${words} ${goNumber(limit, value as number)}`);
    });
  if (multipleOf !== undefined) rule(multipleOf, (value) => isMultiple(value, multipleOf), "a multiple of");
  if (maximum !== undefined) {
    if (exclusiveMaximum) rule(maximum, (value) => value < maximum, "less than");
    else rule(maximum, (value) => value <= maximum, "less than or equal to");
  }
  if (minimum !== undefined) {
    if (exclusiveMinimum) rule(minimum, (value) => value > minimum, "greater than");
    else rule(minimum, (value) => value >= minimum, "greater than or equal to");
  }
  return checks;
}

const int32 = 2 ** 31;

/** An integer must be one, and of an int32 no more than fits. Told without a field; the sentence has the place. */
function rangeCheck({ type, format }: JsonSchema): readonly Check[] {
  if (type !== "integer") return [];
  const named = format === "int32" || format === "int64" ? `with format ${format}` : "(default format)";
  const fits = (value: number) => Number.isInteger(value) && (format !== "int32" || (value >= -int32 && value < int32));
  return [
    (value, _old, run) => {
      if (!fits(value as number)) run.outOfRange(`Checked value must be of type integer ${named}`);
    },
  ];
}

/** Of fractions as of whole numbers: 0.3 is a multiple of 0.1, though floating point has it otherwise. */
function isMultiple(value: number, factor: number): boolean {
  const quotient = value / factor;
  return Number.isInteger(factor < 1 ? Number((value * (1 / factor)).toFixed(10)) : quotient);
}
