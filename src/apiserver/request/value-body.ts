/** The body of a request in process: a value, copied before it is changed. */
import { clone, type KubernetesObject } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import type { Operation } from "../registry/operation.ts";
import type { BodyKind } from "./body-kind.ts";
import type { Patch, PatchKind, RequestBody } from "./call.ts";
import { decodeValue, type PresentObject } from "./decode.ts";
import { patchKindOf, unsupportedPatch } from "./patch-types.ts";

export class ValueBody implements RequestBody {
  readonly #value: unknown;
  readonly #type: string;

  constructor(value: unknown, contentType = "application/json") {
    this.#value = value;
    this.#type = contentType;
  }

  get empty(): boolean {
    return this.#value === undefined;
  }

  get applies(): boolean {
    return patchKindOf(this.#type) === "apply";
  }

  object(kind: BodyKind, operation: Operation, present?: PresentObject): KubernetesObject {
    if (typeof this.#value !== "object" || this.#value === null) throw errors.badRequest("the request has no object");
    return decodeValue(kind, this.#value, operation, present);
  }

  patch(supported: readonly PatchKind[]): Patch {
    const kind = patchKindOf(this.#type);
    if (!kind || !supported.includes(kind)) throw unsupportedPatch(supported);
    // Undefined members mean nothing in a patch written in this language.
    return { kind, value: clone(this.#value), duplicates: () => [] };
  }
}
