/** What a body must be decoded as. */
import type { KubernetesObject, ResourceInfo, SubresourceInfo, YamlText } from "../../api/mod.ts";
import type { Operation } from "../registry/operation.ts";

export type BodyKind = Pick<
  ResourceInfo<KubernetesObject> | SubresourceInfo,
  "group" | "version" | "kind" | "schema"
> & {
  /** Reads objects of a kind without a schema value. */
  readonly decoder?: ObjectDecoder;
  /** What is wrong with it is told without a word of what it was to be. */
  readonly plain?: boolean;
};

/** What becomes of a null that may not be one and has no default: it counts as left out, or is told by validation. */
export type StrayNulls = "dropped" | "kept";

/** Reads custom resources. All throw a `DecodeError`, or the 4xx that fits. */
export interface ObjectDecoder {
  json(text: string, operation: Operation): KubernetesObject;
  /** `read` answers what the text says, or throws a `DecodeError`. */
  yaml(read: () => YamlText, operation: Operation): KubernetesObject;
  /** A value that nobody else holds: of a caller in this process, or what a patch made. */
  value(value: unknown, operation: Operation, nulls?: StrayNulls): KubernetesObject;
}
