/** What the pods of a node ask for, each and in sum, beside what the node can give. */
import type { corev1 } from "../../../api/mod.ts";
import { age } from "../../../api/narrow.ts";
import { type Lines, tableLines } from "./lines.ts";

type Amounts = Readonly<Record<string, string>>;

const listed = ["cpu", "memory", "ephemeral-storage"];

/** Only this description computes with quantities; the others do without loading the API's kinds. */
const quantities = () => import("../../../api/mod.ts");

type Kind = "requests" | "limits";

/** A pod needs what its containers need together, or its most demanding init container where that is more. */
async function podTotal({ spec }: corev1.Pod, kind: Kind, resource: string): Promise<string> {
  const { addQuantities, maxQuantity } = await quantities();
  const amount = (one: corev1.Container) => one.resources?.[kind]?.[resource] ?? "0";
  const init = spec.initContainers ?? [];
  const lasting = [...spec.containers, ...init.filter(({ restartPolicy }) => restartPolicy === "Always")];
  const together = lasting.map(amount).reduce(addQuantities, "0");
  const most = init.map(amount).reduce(maxQuantity, together);
  const own = spec.resources?.[kind]?.[resource] ?? most;
  return spec.overhead?.[resource] ? addQuantities(own, spec.overhead[resource]) : own;
}

async function share(amount: string, allocatable: string | undefined): Promise<string> {
  const { parseQuantity } = await quantities();
  const [part, whole] = [parseQuantity(amount).toNumber(), allocatable ? parseQuantity(allocatable).toNumber() : 0];
  return `${amount} (${whole === 0 ? 0 : Math.trunc((part / whole) * 100)}%)`;
}

export async function podLines(pods: readonly corev1.Pod[], allocatable: Amounts): Promise<Lines> {
  const header = ["Namespace", "Name", "", "CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age"];
  const rows: string[][] = [];
  const now = Date.now();
  for (const pod of pods) {
    const cells = [pod.metadata.namespace, pod.metadata.name, ""];
    for (const resource of ["cpu", "memory"])
      for (const kind of ["requests", "limits"] as const)
        cells.push(await share(await podTotal(pod, kind, resource), allocatable[resource]));
    rows.push([...cells, age(pod.metadata.creationTimestamp, now)]);
  }
  return [["Non-terminated Pods:", `(${pods.length} in total)`], ...tableLines(header, rows)];
}

export async function allocationLines(pods: readonly corev1.Pod[], allocatable: Amounts): Promise<Lines> {
  const { addQuantities } = await quantities();
  const others = Object.keys(allocatable).filter((name) => name !== "pods" && !listed.includes(name));
  const rows: string[][] = [];
  for (const resource of [...listed, ...others.sort()]) {
    const cells = [resource];
    for (const kind of ["requests", "limits"] as const) {
      const totals = await Promise.all(pods.map((pod) => podTotal(pod, kind, resource)));
      const sum = totals.reduce(addQuantities, "0");
      cells.push(
        /^(cpu|memory|ephemeral-storage|hugepages-.*)$/.test(resource) ? await share(sum, allocatable[resource]) : sum,
      );
    }
    rows.push(cells);
  }
  return [
    ["Allocated resources:"],
    ["  (Total limits may be over 100 percent, i.e., overcommitted.)"],
    ...tableLines(["Resource", "Requests", "Limits"], rows),
  ];
}
