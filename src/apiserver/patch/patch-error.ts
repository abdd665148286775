/** Why a patch could not be applied; the engine answers with the code. */
export type PatchErrorCode =
  /** 400: the patch itself is malformed. */
  | "BadRequest"
  /** 413 */
  | "RequestEntityTooLarge"
  /** 422, with a fixed sentence: a JSON patch does not fit the object. */
  | "Unprocessable"
  /** 422, a cause at the field `patch`: the outcome has not the shape of the kind. */
  | "Invalid"
  /** 500 without a reason: upstream answers a strategic merge patch that contradicts itself so. */
  | "Plain";

export class PatchError extends Error {
  readonly code: PatchErrorCode;

  constructor(code: PatchErrorCode, message: string) {
    super(message);
    this.name = "PatchError";
    this.code = code;
  }
}

export const unprocessableText = "the server rejected our request due to an error in our request";

/** The JSON type of a value in the words of upstream's decoder. */
export function jsonTypeName(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value;
}
