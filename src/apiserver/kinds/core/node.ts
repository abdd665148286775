import { type corev1, isShared, resources } from "../../../api/mod.ts";
import { resetStatus } from "../../apply/ignored-fields.ts";
import type { RequestContext, Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text, wide } from "../columns.ts";
import { validateNode, validateNodeUpdate } from "./node-validation.ts";

const unknown = "<unknown>";
const infoDocs = "io.k8s.api.core.v1.NodeSystemInfo";

export const node: Strategy<corev1.Node> = {
  resource: resources.nodes,
  hasStatus: false,
  resetFields: resetStatus,
  columns: [
    nameColumn,
    text("Status", statusText, { description: "The status of the node" }),
    text("Roles", rolesText, { description: "The roles of the node" }),
    ageColumn,
    text("Version", (object) => object.status?.nodeInfo?.kubeletVersion ?? "", {
      describedBy: `${infoDocs}.kubeletVersion`,
    }),
    wide(
      text("Internal-IP", (object) => address(object, "InternalIP"), {
        describedBy: "io.k8s.api.core.v1.NodeStatus.addresses",
      }),
    ),
    wide(
      text("External-IP", (object) => address(object, "ExternalIP"), {
        describedBy: "io.k8s.api.core.v1.NodeStatus.addresses",
      }),
    ),
    wide(
      text("OS-Image", (object) => object.status?.nodeInfo?.osImage || unknown, { describedBy: `${infoDocs}.osImage` }),
    ),
    wide(
      text("Kernel-Version", kernelText, {
        describedBy: `${infoDocs}.kernelVersion`,
      }),
    ),
    wide(
      text("Container-Runtime", (object) => object.status?.nodeInfo?.containerRuntimeVersion || unknown, {
        describedBy: `${infoDocs}.containerRuntimeVersion`,
      }),
    ),
  ],
  selectableFields: { "spec.unschedulable": (object) => String(object.spec?.unschedulable ?? false) },
  prepareForCreate: dropConfiguration,
  // A node's agent registers with its status, so only updates keep the stored one.
  prepareForUpdate(object, old, context: RequestContext) {
    if (context.subresource === "status") object.spec = old.spec ?? {};
    else if (old.status) object.status = old.status;
    else delete object.status;
    dropConfiguration(object);
  },
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  warnings: ({ spec }) =>
    spec?.externalID ? ["spec.externalID: this field is deprecated, and is unused by Kubernetes"] : [],
};

/** Configuration by the API is gone. */
function dropConfiguration({ spec, status }: corev1.Node): void {
  if (!isShared(spec)) delete spec?.configSource;
  if (!isShared(status)) delete status?.config;
}

function statusText({ spec, status }: corev1.Node): string {
  const ready = status?.conditions?.find((condition) => condition.type === "Ready");
  const words = [ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown"];
  if (spec?.unschedulable) words.push("SchedulingDisabled");
  return words.join(",");
}

function kernelText({ status }: corev1.Node): string {
  const { kernelVersion, architecture } = status?.nodeInfo ?? {};
  return architecture ? `${kernelVersion || unknown} (${architecture})` : kernelVersion || unknown;
}

const rolePrefix = "node-role.kubernetes.io/";

function rolesText({ metadata }: corev1.Node): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) roles.add(key.slice(rolePrefix.length));
    else if (key === "kubernetes.io/role" && value !== "") roles.add(value);
  }
  return roles.size === 0 ? "<none>" : [...roles].sort().join(",");
}

function address({ status }: corev1.Node, type: string): string {
  return status?.addresses?.find((entry) => entry.type === type)?.address ?? "<none>";
}
