/** How mutating policies say no. */
import { type KubernetesObject, StatusError } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { forbidden } from "../refusal.ts";

export interface PolicyFailure {
  readonly policy: KubernetesObject & { readonly spec: { readonly failurePolicy?: string } };
  /** Absent: the policy itself is what is wrong. */
  readonly binding: KubernetesObject | undefined;
  readonly message: string;
  /** Default: Forbidden. */
  readonly reason?: "Invalid";
}

function sentence({ policy, binding, message }: PolicyFailure): string {
  if (!binding) return `policy ${JSON.stringify(policy.metadata.name)} denied request: ${message}`;
  return `policy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${message}`;
}

/** 403 in the words of the first failure; the causes tell them all. `failures` has at least one. */
export function mutationRefusal(attributes: AdmissionAttributes, failures: readonly PolicyFailure[]): StatusError {
  const { status } = forbidden(attributes, "");
  const causes = failures.map((failure) => ({ message: sentence(failure) }));
  const { message } = causes[0]!;
  const reason = failures[0]?.reason ?? "Forbidden";
  return new StatusError({ ...status, message, reason, details: { ...status.details, causes } });
}
