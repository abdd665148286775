import { type rbacv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { pathSegmentName, validateBinding, validateBindingUpdate } from "./rbac-validation.ts";
import { bindingColumns } from "./role-table.ts";

export const roleBinding: Strategy<rbacv1.RoleBinding> = {
  resource: resources.rolebindings,
  allowCreateOnUpdate: true,
  columns: bindingColumns("RoleBinding"),
  validateName: pathSegmentName,
  validate: validateBinding,
  validateUpdate: validateBindingUpdate,
};
