/** How quotas count, for the controller that counts everything anew: it must not come to another sum than admission. */
import { isInScope } from "./scopes.ts";
import { usageOf } from "./usage.ts";

export const quotaRules = Object.freeze({ isInScope, usageOf });
