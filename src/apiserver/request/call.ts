/** One request to a resource on its way through the engine, the same for HTTP and in process. */
import type { KubernetesObject, WrittenNumbers } from "../../api/mod.ts";
import type { Operation } from "../registry/operation.ts";
import type { Answer } from "./answer.ts";
import type { BodyKind } from "./body-kind.ts";
import type { PresentObject } from "./decode.ts";
import type { RequestInfo, ResourceRequest, Verb } from "./request-info.ts";

export type PatchKind = "json" | "merge" | "strategic" | "apply";

export interface Patch {
  readonly kind: PatchKind;
  /** Undecided JSON. */
  readonly value: unknown;
  /** Where numbers are judged by how they are written in it: the same, with others that stand for them. */
  readonly written?: WrittenNumbers | undefined;
  /** What stands twice in it: `duplicate field "spec.a"`; of an apply configuration `line 3: key "a" already set in map`. */
  duplicates(): readonly string[];
}

export interface RequestBody {
  readonly empty: boolean;
  /**
   * A new object each time, with its defaults, mutable but for parts that it shares with the present one. Unknown fields are treated as the
   * operation says. Throws the 4xx that fits.
   */
  object(kind: BodyKind, operation: Operation, present?: PresentObject): KubernetesObject;
  /** Throws a 415 where the content type names no patch, or none that `supported` has. */
  patch(supported: readonly PatchKind[]): Patch;
}

export interface Call {
  readonly info: RequestInfo;
  readonly request: ResourceRequest;
  readonly operation: Operation;
  readonly body: RequestBody;
}

/** At once where nothing has to be waited for. */
export type Handler = (call: Call) => Answer | Promise<Answer>;

/** What a resource or a subresource does for each verb; a verb that is absent is a 405. */
export type Endpoint = Readonly<Partial<Record<Verb, Handler>>>;
