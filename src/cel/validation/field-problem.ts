/** What is wrong with one field: the shape and the words of the API server's own field errors. */
export interface FieldProblem {
  readonly reason:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueDuplicate"
    | "FieldValueForbidden"
    | "InternalError";
  readonly field: string;
  readonly message: string;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  if (typeof value !== "object") return text;
  return text.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

export function invalid(field: string, value: unknown, detail: string): FieldProblem {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${shown(value)}: ${detail}` };
}

export function required(field: string, detail: string): FieldProblem {
  return { reason: "FieldValueRequired", field, message: `Required value: ${detail}` };
}

export function forbidden(field: string, detail: string): FieldProblem {
  return { reason: "FieldValueForbidden", field, message: `Forbidden: ${detail}` };
}

/** In the reason that a rule asks for; invalid where it asks for none. Objects and lists are not repeated in the message. */
export function ofReason(reason: string | undefined, field: string, value: unknown, detail: string): FieldProblem {
  const shown = typeof value === "object" ? [] : [JSON.stringify(value)];
  switch (reason) {
    case "FieldValueForbidden":
      return forbidden(field, detail);
    case "FieldValueRequired":
      return required(field, detail);
    case "FieldValueDuplicate":
      return { reason, field, message: ["Duplicate value", ...shown].join(": ") };
    default:
      return { reason: "FieldValueInvalid", field, message: ["Invalid value", ...shown, detail].join(": ") };
  }
}
