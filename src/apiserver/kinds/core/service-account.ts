import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn } from "../columns.ts";

const mountable = "kubernetes.io/enforce-mountable-secrets";
const mountableText = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets";

export const serviceAccount: Strategy<corev1.ServiceAccount> = {
  resource: resources.serviceaccounts,
  returnsDeletedObject: true,
  columns: [nameColumn, ageColumn],
  prepareForCreate: namesOnly,
  prepareForUpdate(object, old) {
    if (object.secrets !== old.secrets) namesOnly(object);
  },
  warnings: ({ metadata }) =>
    metadata.annotations?.[mountable] === undefined ? [] : [`metadata.annotations[${mountable}]: ${mountableText}`],
};

/** Secrets are named in the account's own namespace. */
function namesOnly(object: corev1.ServiceAccount): void {
  if (object.secrets) object.secrets = object.secrets.map(({ name }) => (name === undefined ? {} : { name }));
}
