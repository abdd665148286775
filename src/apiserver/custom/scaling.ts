/** Where a custom resource has its replicas, for its scale subresource. */
import type { apiextensionsv1, KubernetesObject } from "../../api/mod.ts";
import { printGo } from "../apply/validate-config.ts";
import * as errors from "../errors.ts";
import type { Strategy } from "../registry/strategy.ts";
import { type FieldError, invalid } from "../validation/field-error.ts";
import { FieldPath } from "../validation/field-path.ts";
import { type SimplePath, simplePath } from "./schema/simple-path.ts";

type ScaleDefinition = apiextensionsv1.CustomResourceSubresourceScale;
type Scaling = NonNullable<Strategy<KubernetesObject>["scale"]>;

const maximum = 2 ** 31 - 1;

export function scalingOf({ specReplicasPath, statusReplicasPath, labelSelectorPath }: ScaleDefinition): Scaling {
  const wanted = simplePath(specReplicasPath);
  const present = simplePath(statusReplicasPath);
  const selector = labelSelectorPath ? simplePath(labelSelectorPath) : undefined;
  return {
    getReplicas: (object) => numberAt(wanted, object) ?? 0,
    setReplicas: (object, replicas) => wanted.set(object, replicas),
    statusReplicas: (object) => numberAt(present, object) ?? 0,
    selector(object) {
      const value = selector?.get(object);
      return typeof value === "string" ? value : "";
    },
    assertReadable(object) {
      if (numberAt(wanted, object) !== undefined) return;
      throw errors.internalError(`the spec replicas field ${JSON.stringify(specReplicasPath)} does not exist`);
    },
  };
}

function numberAt(path: SimplePath, object: KubernetesObject): number | undefined {
  const value = path.get(object);
  return typeof value === "number" ? value : undefined;
}

/** What `/scale` could not show. */
export function validateScaling(scale: ScaleDefinition, object: KubernetesObject): FieldError[] {
  return [
    ...replicasErrors(scale.specReplicasPath, object),
    ...replicasErrors(scale.statusReplicasPath, object),
    ...(scale.labelSelectorPath ? selectorErrors(scale.labelSelectorPath, object) : []),
  ];
}

function replicasErrors(path: string, object: KubernetesObject): FieldError[] {
  const at = new FieldPath(path);
  const found = unreadable(path, object);
  if (found) return [invalid(at, 0, found)];
  const value = simplePath(path).get(object);
  if (value === undefined || value === null) return [];
  if (typeof value !== "number" || !Number.isInteger(value)) return [invalid(at, 0, accessor(path, value, "int64"))];
  if (value < 0) return [invalid(at, value, "should be a non-negative integer")];
  return value > maximum ? [invalid(at, value, `should be less than or equal to ${maximum}`)] : [];
}

function selectorErrors(path: string, object: KubernetesObject): FieldError[] {
  const at = new FieldPath(path);
  const found = unreadable(path, object);
  if (found) return [invalid(at, "", found)];
  const value = simplePath(path).get(object);
  if (value === undefined || typeof value === "string") return [];
  return [invalid(at, "", accessor(path, value, "string"))];
}

function unreadable(path: string, object: KubernetesObject): string | undefined {
  const obstacle = simplePath(path).obstacle(object);
  return obstacle === undefined ? undefined : accessor(path, obstacle, "map[string]interface{}");
}

function accessor(path: string, value: unknown, wanted: string): string {
  return `${path} accessor error: ${printGo(value)} is of the type ${goType(value)}, expected ${wanted}`;
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  if (typeof value === "boolean") return "bool";
  return typeof value === "object" ? "map[string]interface {}" : typeof value;
}
