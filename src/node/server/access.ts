/** Who may use the node API without a question: by certificates of the cluster's authority, the API server and administrators. */
import type { TLSSocket } from "node:tls";
import type { ServingOptions } from "../options.ts";
import type { Caller } from "./access-reviews.ts";

const defaultUsers = ["kube-apiserver-kubelet-client", "kube-apiserver", "system:apiserver"];
const defaultGroups = ["system:masters", "kubeadm:cluster-admins"];

export type Access = "allowed" | "unauthenticated" | "forbidden";

/** Whom a verified certificate names. */
export function callerOf(socket: TLSSocket): Caller {
  const { subject } = socket.getPeerCertificate();
  return { name: values(subject?.CN)[0] ?? "", groups: [...values(subject?.O), "system:authenticated"] };
}

/** A certificate may name several of each. */
function values(field: string | string[] | undefined): readonly string[] {
  if (field === undefined) return [];
  return Array.isArray(field) ? field : field.split("\n");
}

export function accessOf(socket: TLSSocket, options: Pick<ServingOptions, "allowedUsers" | "allowedGroups">): Access {
  if (!socket.authorized) return "unauthenticated";
  const { subject } = socket.getPeerCertificate();
  const users = options.allowedUsers ?? defaultUsers;
  const groups = options.allowedGroups ?? defaultGroups;
  const known =
    values(subject?.CN).some((name) => users.includes(name)) ||
    values(subject?.O).some((name) => groups.includes(name));
  return known ? "allowed" : "forbidden";
}
