/** The gate between a decoded request and the store: plugins that change or refuse what is written. */
import type { KubernetesObject, ResourceInfo } from "../api/mod.ts";
import type { User } from "../auth/mod.ts";
import type { Reinvocation } from "./reinvocation.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** The same objects as another group or version shows them. */
export interface AdmissionForm {
  readonly resource: ResourceInfo<KubernetesObject>;
  /** From the form of `AdmissionAttributes.resource` to this one. Neither changes its argument. */
  show(object: KubernetesObject): KubernetesObject | Promise<KubernetesObject>;
  /** Back. */
  take(object: KubernetesObject): KubernetesObject | Promise<KubernetesObject>;
}

export interface AdmissionAttributes {
  readonly operation: Operation;
  readonly resource: ResourceInfo<KubernetesObject>;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /**
   * The incoming object, which `admit` may change in place, but for parts that are the stored object's: see `ownPart`. Absent for DELETE. For
   * subresources it is the kind that the request carries.
   */
  object?: KubernetesObject;
  /** The stored object, frozen. Absent for CREATE. */
  readonly oldObject?: KubernetesObject;
  readonly user: User;
  readonly dryRun: boolean;
  /** CreateOptions, UpdateOptions or DeleteOptions as the request gave them. Absent for CONNECT. */
  options?(): object;
  /** What the client speaks, where that is not `resource`. */
  readonly requested?: AdmissionForm;
  /** Every other form of the same objects, `requested` included. */
  readonly forms?: readonly AdmissionForm[];
  readonly reinvocation?: Reinvocation;
  /**
   * An object of the request's kind with a part of one laid over it, as server-side apply merges. Throws an Error that says why it cannot be.
   */
  overlay?(object: KubernetesObject, part: Record<string, unknown>): KubernetesObject;
  /** Ends when the client has gone, or its time is over. Made for who asks for it: most never do. */
  signal?(): AbortSignal;
  /** Adds a Warning header to the answer. */
  warn(message: string): void;
  /** Adds an annotation to the audit event of the request. */
  annotate?(key: string, value: string): void;
}

/** Refusals are thrown as `StatusError`s. Mutating plugins all run before any validating one. */
export interface AdmissionPlugin {
  readonly name: string;
  handles(attributes: AdmissionAttributes): boolean;
  /** `handles` looks at the operation, the resource and the subresource alone: it is asked once for each such kind of request. */
  readonly handlesByKind?: true;
  admit?(attributes: AdmissionAttributes): void | Promise<void>;
  validate?(attributes: AdmissionAttributes): void | Promise<void>;
}
