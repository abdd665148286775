/**
 * What one kind adds to the generic registry engine. The engine owns the order of a request (decode, default, prepare, admit, validate,
 * store, encode); a strategy only fills these hooks, and most kinds fill few.
 */
import type { KubernetesObject, ResourceInfo } from "../../api/mod.ts";
import type { User } from "../../auth/mod.ts";
import type { FieldSet } from "../apply/field-set.ts";
import type { StructRules } from "../apply/type-rules.ts";
import type { FieldError } from "../validation/field-error.ts";

/** The part of an operation that strategies see. */
export interface RequestContext {
  readonly user: User;
  /** The API group that was asked; empty for the core group. The same objects may be served by two. */
  readonly group?: string;
  /** Of requests to a subresource: `status`, `scale`, `resize`. */
  readonly subresource?: string;
  readonly dryRun: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Adds a warning to the answer, whatever it will be; see `warnings` for those that only what is accepted gets. */
  warn?(message: string): void;
}

/** What lies around an object, as far as it is known. */
export interface Surroundings {
  namespaceLabels(namespace: string): Readonly<Record<string, string>>;
}

export interface RowCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface TableColumn<T> {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  /** `name`, or what a definition says of its column. */
  readonly format?: string;
  readonly description?: string;
  /** Takes the description of a declared field instead: `io.k8s.api.core.v1.ServiceSpec.type`. */
  readonly describedBy?: string;
  /** 0: always shown; higher: with `-o wide`. */
  readonly priority?: number;
  value(object: T, now: number): string | number | boolean | null;
}

export interface Strategy<T extends KubernetesObject> {
  readonly resource: ResourceInfo<T>;
  /** Sent as a warning with every answer. */
  readonly deprecation?: string;
  /** The status subresource: `status` is dropped on create and kept from the stored object on update; an update of `/status` keeps all else. */
  readonly hasStatus?: boolean;
  /** Fields that nobody owns by writing the object itself; default: the status, where `hasStatus`. */
  readonly resetFields?: FieldSet;
  /** The same by writing `/status`; default: the spec. */
  readonly statusResetFields?: FieldSet;
  /** `metadata.generation` is 1 on create and counts up where anything outside metadata and status changes. */
  readonly bumpsGeneration?: boolean;
  /** A change of these counts too. */
  readonly generationCounts?: "annotations" | "labels";
  /** PUT of a name that does not exist creates it. */
  readonly allowCreateOnUpdate?: boolean;
  /** PUT without a resourceVersion overwrites. Default true. */
  readonly allowUnconditionalUpdate?: boolean;

  /** May change `object`. Runs before defaults are validated; never throws. */
  prepareForCreate?(object: T, context: RequestContext): void;
  /** May change `object`; `old` is frozen, and so are the parts of it that `object` has as they are: see `ownPart`. */
  prepareForUpdate?(object: T, old: T, context: RequestContext): void;
  /** Changes nothing. Metadata is validated by the engine; return what is the kind's own. */
  validate?(object: T, context: RequestContext, around: Surroundings): readonly FieldError[];
  /** As `validate`, for a change; called instead of `validate`. Covers subresource updates too (`context.subresource`). */
  validateUpdate?(object: T, old: T, context: RequestContext): readonly FieldError[];
  /** What can be judged only where all else is known, the errors that `found` has among it. `old` is absent for a new object. */
  validateLast?(
    object: T,
    old: T | undefined,
    found: readonly FieldError[],
    warn: (message: string) => void,
  ): readonly FieldError[];
  warnings?(object: T, context: RequestContext, old?: T): readonly string[];

  /** Name rule for metadata.name; default is a DNS subdomain. Answers what is wrong. */
  validateName?(name: string, prefix: boolean): readonly string[];

  /** A custom resource. */
  readonly isCustom?: boolean;
  /** Whether the kind has this version. Absent: any of those that its group ever had. */
  hasVersion?(apiVersion: string): boolean;

  /** Seconds between the request to delete and the removal; 0 or absent: at once. May read `requested`. */
  gracePeriodSeconds?(object: T, requested: number | undefined): number;
  /** The propagation policy where the request names none. Default background. */
  readonly defaultPropagation?: "Orphan" | "Background";

  /** A deletion answers the last state of the object instead of a Status. */
  readonly returnsDeletedObject?: boolean;
  /** May set fields of the metadata and change the status as an object is marked for deletion; the rest is shared and frozen. */
  prepareForDelete?(object: T, context: RequestContext): void;
  /** True while something other than metadata.finalizers keeps a marked object: the content of a namespace. */
  blocksRemoval?(object: T): boolean;

  /** Fields that `fieldSelector` may name, beside metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, (object: T) => string>>;
  /** Columns of `kubectl get`; default Name and Created At. */
  readonly columns?: readonly TableColumn<T>[];
  /** What a row says beside its cells: of a pod that it is over. */
  rowConditions?(object: T): readonly RowCondition[] | undefined;
  /** How server-side apply merges objects of a kind that has no schema value. */
  applyRules?(): StructRules;
  /**
   * Subresources that take the whole object and change a part of it, by name: each answers the stored object with that part of the new one.
   * Metadata stays as stored.
   */
  readonly parts?: Readonly<Record<string, (object: T, old: T) => T>>;
  /** The scale subresource: where replicas and selector are. */
  readonly scale?: {
    getReplicas(object: T): number;
    setReplicas(object: T, replicas: number): void;
    statusReplicas(object: T): number;
    selector(object: T): string;
    /** Throws where the object has no replicas to show. */
    assertReadable?(object: T): void;
  };
}
