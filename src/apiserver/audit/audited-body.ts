/** A body that is written down as what it is read as. */
import type { KubernetesObject } from "../../api/mod.ts";
import type { Operation } from "../registry/operation.ts";
import type { BodyKind } from "../request/body-kind.ts";
import type { Patch, PatchKind, RequestBody } from "../request/call.ts";
import type { PresentObject } from "../request/decode.ts";
import type { AuditedRequest } from "./audited-request.ts";

export class AuditedBody implements RequestBody {
  readonly #body: RequestBody;
  readonly #audited: AuditedRequest;

  constructor(body: RequestBody, audited: AuditedRequest) {
    this.#body = body;
    this.#audited = audited;
  }

  get empty(): boolean {
    return this.#body.empty;
  }

  object(kind: BodyKind, operation: Operation, present?: PresentObject): KubernetesObject {
    const object = this.#body.object(kind, operation, present);
    this.#audited.requestObject(object, true);
    return object;
  }

  patch(supported: readonly PatchKind[]): Patch {
    const patch = this.#body.patch(supported);
    this.#audited.requestObject(patch.value, false);
    return patch;
  }
}
