import { type rbacv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { pathSegmentName, validateClusterRole } from "./rbac-validation.ts";

export const clusterRole: Strategy<rbacv1.ClusterRole> = {
  resource: resources.clusterroles,
  allowCreateOnUpdate: true,
  validateName: pathSegmentName,
  validate: validateClusterRole,
  validateUpdate: validateClusterRole,
};
