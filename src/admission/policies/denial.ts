/** How a policy says no. */
import type { StatusError } from "../../api/mod.ts";
import { StatusError as Refusal } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { forbidden } from "../refusal.ts";

const codes: Readonly<Record<string, number>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};

export interface Denial {
  readonly policyKind: "ValidatingAdmissionPolicy" | "MutatingAdmissionPolicy";
  readonly policy: string;
  /** Absent: the policy itself is what is wrong. */
  readonly binding: string | undefined;
  readonly message: string;
  readonly reason: string;
}

export function denied(attributes: AdmissionAttributes, denial: Denial): StatusError {
  const { policyKind, policy, binding, message, reason } = denial;
  const by = binding === undefined ? "" : ` with binding '${binding}'`;
  const text = `${policyKind} '${policy}'${by} denied request: ${message}`;
  const { status } = forbidden(attributes, text);
  return new Refusal({
    ...status,
    reason,
    code: codes[reason] ?? 422,
    details: { ...status.details, causes: [{ message: text }] },
  });
}
