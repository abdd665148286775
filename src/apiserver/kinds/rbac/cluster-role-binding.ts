import { type rbacv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { pathSegmentName, validateBinding, validateBindingUpdate } from "./rbac-validation.ts";
import { bindingColumns } from "./role-table.ts";

export const clusterRoleBinding: Strategy<rbacv1.ClusterRoleBinding> = {
  resource: resources.clusterrolebindings,
  allowCreateOnUpdate: true,
  columns: bindingColumns("ClusterRoleBinding"),
  validateName: pathSegmentName,
  validate: validateBinding,
  validateUpdate: validateBindingUpdate,
};
