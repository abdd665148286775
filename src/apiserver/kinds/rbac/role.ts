import { type rbacv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { pathSegmentName, validateRole } from "./rbac-validation.ts";

export const role: Strategy<rbacv1.Role> = {
  resource: resources.roles,
  allowCreateOnUpdate: true,
  validateName: pathSegmentName,
  validate: validateRole,
  validateUpdate: validateRole,
};
