/** What role bindings show, of a namespace or of the cluster. */
import type { rbacv1 } from "../../../api/mod.ts";
import type { TableColumn } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text, wide } from "../columns.ts";

type Binding = rbacv1.RoleBinding | rbacv1.ClusterRoleBinding;

export function bindingColumns<T extends Binding>(kind: string): TableColumn<T>[] {
  const described = { describedBy: `io.k8s.api.rbac.v1.${kind}.roleRef` };
  return [
    nameColumn,
    text("Role", ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`, described),
    ageColumn,
    wide(text("Users", (object) => subjects(object, "User", nameOf))),
    wide(text("Groups", (object) => subjects(object, "Group", nameOf))),
    wide(text("ServiceAccounts", (object) => subjects(object, "ServiceAccount", qualifiedNameOf))),
  ];
}

function subjects(object: Binding, kind: string, print: (subject: rbacv1.Subject) => string): string {
  return (object.subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map(print)
    .join(", ");
}

function nameOf(subject: rbacv1.Subject): string {
  return subject.name;
}

function qualifiedNameOf(subject: rbacv1.Subject): string {
  return subject.namespace ? `${subject.namespace}/${subject.name}` : `/${subject.name}`;
}
