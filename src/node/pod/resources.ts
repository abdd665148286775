/** A container's resources as its spec has them, and what may stand against a change of them. */
import type { corev1 } from "../../api/mod.ts";

export type Resources = Pick<corev1.ResourceRequirements, "limits" | "requests">;

/** Why a change cannot be made: now (`Deferred`) or on this node at all (`Infeasible`). */
export interface ResizeProblem {
  readonly reason: "Deferred" | "Infeasible";
  readonly message: string;
}

export function resourcesOf({ resources }: corev1.Container): Resources {
  const { limits, requests } = resources ?? {};
  return { ...(limits && { limits }), ...(requests && { requests }) };
}
