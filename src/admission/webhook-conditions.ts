/** Match conditions of webhooks, whose language is loaded for the first one. */
import { createRequire } from "node:module";
import type { Authorizer } from "../auth/mod.ts";
import type { EvaluateConditions } from "./webhooks/match-conditions.ts";

const load = createRequire(import.meta.url);

export function webhookConditions(authorizer: Authorizer): EvaluateConditions {
  let evaluate: EvaluateConditions | undefined;
  return (conditions, attributes) => {
    if (conditions.length === 0) return true;
    const loaded = () => load("./policies/webhook-conditions.ts") as typeof import("./policies/webhook-conditions.ts");
    evaluate ??= loaded().webhookConditions(authorizer);
    return evaluate(conditions, attributes);
  };
}
