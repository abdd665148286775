/** The gate between a decoded request and the store: plugins that change or refuse what is written. */
import type { KubernetesObject, ResourceInfo } from "../api/mod.ts";
import type { User } from "../auth/mod.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

export interface AdmissionAttributes {
  readonly operation: Operation;
  readonly resource: ResourceInfo<KubernetesObject>;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The incoming object, which `admit` may change in place. Absent for DELETE. For subresources it is the kind that the request carries. */
  object?: KubernetesObject;
  /** The stored object, frozen. Absent for CREATE. */
  readonly oldObject?: KubernetesObject;
  readonly user: User;
  readonly dryRun: boolean;
  /** Adds a Warning header to the answer. */
  warn(message: string): void;
}

/** Refusals are thrown as `StatusError`s. Mutating plugins all run before any validating one. */
export interface AdmissionPlugin {
  readonly name: string;
  handles(attributes: AdmissionAttributes): boolean;
  admit?(attributes: AdmissionAttributes): void | Promise<void>;
  validate?(attributes: AdmissionAttributes): void | Promise<void>;
}
