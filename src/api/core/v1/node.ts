/** Node. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, field, kind, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { taint } from "./node-selector.ts";
import { nodeConfigSource, nodeStatus } from "./node-status.ts";

export const nodeSpec = message("io.k8s.api.core.v1.NodeSpec", {
  podCIDR: field(1, string),
  externalID: field(2, string),
  providerID: field(3, string),
  unschedulable: field(4, boolean),
  taints: field(5, list(taint, { listType: "atomic" })),
  configSource: field(6, nodeConfigSource),
  podCIDRs: field(7, list(string, { listType: "set" }), { patchStrategy: "merge" }),
});
export interface NodeSpec extends Infer<typeof nodeSpec> {}

export const node = kind("io.k8s.api.core.v1.Node", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, nodeSpec, { always: true }),
  status: field(3, nodeStatus, { always: true }),
});
export interface Node extends Infer<typeof node> {}

export const nodeList = listKind("io.k8s.api.core.v1.NodeList", node);
export interface NodeList extends Infer<typeof nodeList> {}
