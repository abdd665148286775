/** What expressions that select devices are about, and whether a text is one. */
import { baseEnvironment, CompileError, celTypes, compileExpression } from "../../../cel/mod.ts";
import { type FieldError, invalid } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";

const device = celTypes.objectOf(
  "kubernetes.DRADevice",
  () =>
    new Map([
      ["driver", celTypes.string],
      ["allowMultipleAllocations", celTypes.bool],
      ["attributes", celTypes.mapOf(celTypes.string, celTypes.mapOf(celTypes.string, celTypes.dyn))],
      [
        "capacity",
        celTypes.mapOf(celTypes.string, celTypes.mapOf(celTypes.string, celTypes.opaque("kubernetes.Quantity"))),
      ],
    ]),
);
const environment = baseEnvironment.extend({ variables: { device }, types: [device] });

export function validateDeviceExpression(text: string, at: FieldPath): FieldError[] {
  try {
    const { type } = compileExpression(text, environment);
    if (type === celTypes.bool || type === celTypes.dyn) return [];
    const name = celTypes.formatType(type);
    return [invalid(at, text, `must evaluate to bool or the unknown type, not ${name}`)];
  } catch (error) {
    if (error instanceof CompileError) return [invalid(at, text, error.message)];
    throw error;
  }
}
