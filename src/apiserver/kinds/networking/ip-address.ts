import { type networkingv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { canonicalIpProblems } from "../../validation/address-rules.ts";
import { nameColumn, text } from "../columns.ts";
import { validateIPAddress, validateIPAddressUpdate } from "./address-validation.ts";

export const ipAddress: Strategy<networkingv1.IPAddress> = {
  resource: resources.ipaddresses,
  columns: [
    nameColumn,
    text("ParentRef", parentText, { describedBy: "io.k8s.api.networking.v1.IPAddressSpec.parentRef" }),
  ],
  validateName: canonicalIpProblems,
  validate: validateIPAddress,
  validateUpdate: validateIPAddressUpdate,
};

function parentText({ spec: { parentRef } }: networkingv1.IPAddress): string {
  if (!parentRef) return "<none>";
  const resource = parentRef.group ? `${parentRef.resource}.${parentRef.group}` : parentRef.resource;
  return [resource, parentRef.namespace, parentRef.name].filter(Boolean).join("/");
}
