/** An account with the annotation `kubernetes.io/enforce-mountable-secrets` lets its pods use no secrets but those that it lists. */
import type { corev1 } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { forbidden } from "../refusal.ts";

const annotation = "kubernetes.io/enforce-mountable-secrets";

type Check = (secret: string | undefined, where: string) => void;

function checkContainer(
  container: Pick<corev1.Container, "name" | "env" | "envFrom">,
  role: string,
  check: Check,
): void {
  for (const { name, valueFrom } of container.env ?? []) {
    const secret = valueFrom?.secretKeyRef?.name;
    check(secret, `${role} ${container.name} with envVar ${name} referencing secret.secretName="${secret}"`);
  }
  for (const { secretRef } of container.envFrom ?? [])
    check(secretRef?.name, `${role} ${container.name} with envFrom referencing secret.secretName="${secretRef?.name}"`);
}

export function checkMountableSecrets(
  attributes: AdmissionAttributes,
  pod: corev1.Pod,
  account: corev1.ServiceAccount,
): void {
  if (account.metadata.annotations?.[annotation] !== "true") return;
  const known = new Set((account.secrets ?? []).map(({ name }) => name));
  const pullable = new Set((account.imagePullSecrets ?? []).map(({ name }) => name));
  const refuse = (where: string, what: string) =>
    forbidden(
      attributes,
      `${where} is not allowed because service account ${account.metadata.name} does not reference that ${what}`,
    );
  const check: Check = (secret, where) => {
    if (secret !== undefined && !known.has(secret)) throw refuse(where, "secret");
  };
  for (const { secret } of pod.spec.volumes ?? [])
    check(secret?.secretName, `volume with secret.secretName="${secret?.secretName}"`);
  for (const container of pod.spec.initContainers ?? []) checkContainer(container, "init container", check);
  for (const container of pod.spec.containers) checkContainer(container, "container", check);
  for (const [index, { name }] of (pod.spec.imagePullSecrets ?? []).entries())
    if (!pullable.has(name)) throw refuse(`imagePullSecrets[${index}].name="${name}"`, "imagePullSecret");
}
