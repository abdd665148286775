/** Values of a pod's own fields and of a container's resources, for its environment and its files (the downward API). */
import { type corev1, parseQuantity } from "../../api/mod.ts";
import type { NodeFacts } from "../node-facts.ts";
import { NodeError } from "../runtime/errors.ts";

/** `metadata.labels['a/b']`. */
const subscript = /^(metadata\.(?:labels|annotations))\['([^']*)'\]$/;

/** Labels and annotations as a file: `key="value"` lines, sorted, values quoted as Go quotes. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(map ?? {}).sort();
  return keys.map((key) => `${key}=${JSON.stringify(map![key])}`).join("\n");
}

/** `addresses` are the pod's, which its status in the API may not show yet. */
export function fieldValue(pod: corev1.Pod, path: string, node: NodeFacts, addresses: readonly string[]): string {
  const { metadata, spec } = pod;
  const match = subscript.exec(path);
  if (match) return (match[1] === "metadata.labels" ? metadata.labels : metadata.annotations)?.[match[2]!] ?? "";
  switch (path) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace;
    case "metadata.uid":
      return metadata.uid;
    case "metadata.labels":
      return formatMap(metadata.labels);
    case "metadata.annotations":
      return formatMap(metadata.annotations);
    case "spec.nodeName":
      return spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return spec.serviceAccountName ?? "";
    case "status.hostIP":
      return node.addresses[0] ?? "";
    case "status.hostIPs":
      return node.addresses.join(",");
    case "status.podIP":
      return addresses[0] ?? "";
    case "status.podIPs":
      return addresses.join(",");
    default:
      throw new NodeError("create-config", `unsupported fieldPath: ${path}`);
  }
}

/** A limit that is not set is what the node has: that is what the container can use. */
function quantityOf(container: corev1.Container, resource: string, node: NodeFacts): string {
  const dot = resource.indexOf(".");
  const kind = resource.slice(0, dot);
  const name = resource.slice(dot + 1);
  if (kind !== "limits" && kind !== "requests") {
    throw new NodeError("create-config", `unsupported container resource : ${resource}`);
  }
  const set = container.resources?.[kind]?.[name];
  if (set !== undefined) return set;
  return kind === "limits" ? (node.allocatable[name] ?? "0") : "0";
}

/** How many times the divisor fits, rounded up. */
export function resourceValue(
  pod: corev1.Pod,
  selector: corev1.ResourceFieldSelector,
  node: NodeFacts,
  own?: corev1.Container,
): string {
  const name = selector.containerName;
  const container = name
    ? [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((one) => one.name === name)
    : own;
  if (container === undefined) throw new NodeError("create-config", `container ${name ?? ""} not found`);
  const quantity = parseQuantity(quantityOf(container, selector.resource, node));
  const divisor = selector.divisor === undefined || selector.divisor === "0" ? "1" : selector.divisor;
  const inMilli = selector.resource.endsWith(".cpu");
  const amount = inMilli ? quantity.milliValue() : quantity.value();
  const unit = inMilli ? parseQuantity(divisor).milliValue() : parseQuantity(divisor).value();
  return String((amount + unit - 1n) / unit);
}
