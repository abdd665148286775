/** Values that several kinds share. */
import { enumeration } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const failurePolicyType = enumeration("Fail", "Ignore");
export type FailurePolicyType = Infer<typeof failurePolicyType>;

export const reinvocationPolicyType = enumeration("IfNeeded", "Never");
export type ReinvocationPolicyType = Infer<typeof reinvocationPolicyType>;
