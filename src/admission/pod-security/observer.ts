/** Told how pods were judged: for metrics. */
import type { Mode, Policy } from "./levels.ts";

export interface PodSecurityEvaluation {
  readonly decision: "allow" | "deny";
  readonly mode: Mode;
  readonly policy: Policy;
  readonly operation: string;
  /** What makes pods is a controller, whatever its kind. */
  readonly resource: "pod" | "controller";
  readonly subresource: string;
}

export interface PodSecurityObserver {
  evaluated(evaluation: PodSecurityEvaluation): void;
}
