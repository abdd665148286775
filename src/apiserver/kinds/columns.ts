/** Columns that many kinds share. */
import { age, type corev1, type KubernetesObject, labelSelectorAsSelector, type metav1 } from "../../api/mod.ts";
import type { TableColumn } from "../registry/strategy.ts";

const metaDocs = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

export const nameColumn: TableColumn<KubernetesObject> = {
  name: "Name",
  type: "string",
  format: "name",
  describedBy: `${metaDocs}.name`,
  value: (object) => object.metadata.name,
};

export const ageColumn: TableColumn<KubernetesObject> = {
  name: "Age",
  type: "string",
  describedBy: `${metaDocs}.creationTimestamp`,
  value: (object, now) => age(object.metadata.creationTimestamp, now),
};

export type ColumnOptions<T> = Pick<TableColumn<T>, "description" | "describedBy" | "format">;

/** A column of texts. */
export function text<T>(name: string, value: TableColumn<T>["value"], options: ColumnOptions<T> = {}): TableColumn<T> {
  return { name, type: "string", value, ...options };
}

export function integer<T>(name: string, value: (object: T) => number, options: ColumnOptions<T> = {}): TableColumn<T> {
  return { name, type: "integer", value, ...options };
}

export function truth<T>(name: string, value: (object: T) => boolean, options: ColumnOptions<T> = {}): TableColumn<T> {
  return { name, type: "boolean", value, ...options };
}

/** The column is shown with `-o wide` only. */
export function wide<T>(column: TableColumn<T>): TableColumn<T> {
  return { ...column, priority: 1 };
}

interface Replicated extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly readyReplicas?: number };
}

/** Name, and how many replicas are wanted, there, and ready. `docs` is the kind's name in OpenAPI. */
export function replicaColumns<T extends Replicated>(docs: string): TableColumn<T>[] {
  return [
    nameColumn,
    integer("Desired", ({ spec }) => spec.replicas ?? 0, { describedBy: `${docs}Spec.replicas` }),
    integer("Current", ({ status }) => status?.replicas ?? 0, { describedBy: `${docs}Status.replicas` }),
    integer("Ready", ({ status }) => status?.readyReplicas ?? 0, { describedBy: `${docs}Status.readyReplicas` }),
  ];
}

/** Containers and images of a pod template, for `-o wide`. */
export function templateColumns<T>(spec: (object: T) => corev1.PodSpec | undefined): TableColumn<T>[] {
  const join = (object: T, part: (container: corev1.Container) => string | undefined) =>
    (spec(object)?.containers ?? []).map((container) => part(container) ?? "").join(",");
  return [
    wide(
      text("Containers", (object) => join(object, (container) => container.name), {
        description: "Names of each container in the template.",
      }),
    ),
    wide(
      text("Images", (object) => join(object, (container) => container.image), {
        description: "Images referenced by each container in the template.",
      }),
    ),
  ];
}

/** `a=b,c in (d,e),!f`, or `<none>` where it says nothing. */
export function selectorText(selector: metav1.LabelSelector | undefined): string {
  const text = selector ? labelSelectorAsSelector(selector).toString() : "";
  return text === "" ? "<none>" : text;
}

/** A map of labels: `a=b,c=d`, or `<none>`. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return entries.length === 0 ? "<none>" : entries.sort().join(",");
}
