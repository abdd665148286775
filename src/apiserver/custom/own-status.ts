/** The server itself owns what it says in the status of a definition, and takes from others what it changes. */
import { apiextensionsv1 } from "../../api/mod.ts";
import { resetSpec } from "../apply/ignored-fields.ts";
import { updateManagedFields } from "../apply/managed-fields.ts";
import { rulesOf } from "../registry/managed-field-ownership.ts";
import type { Definition } from "./definition.ts";

const { customResourceDefinition } = apiextensionsv1;

/** Changes the owners of `object`, which the server has changed since `old`. `now`: RFC 3339. */
export function ownStatus(object: Definition, old: Definition, now: string): void {
  const entries = updateManagedFields({
    rules: rulesOf(customResourceDefinition),
    old,
    object,
    manager: "kube-apiserver",
    apiVersion: old.apiVersion,
    subresource: "status",
    reset: resetSpec,
    now,
  });
  if (entries) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
}
