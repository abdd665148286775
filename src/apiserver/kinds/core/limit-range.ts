import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { validateLimitRange } from "./limit-range-validation.ts";

export const limitRange: Strategy<corev1.LimitRange> = {
  resource: resources.limitranges,
  allowCreateOnUpdate: true,
  validate: validateLimitRange,
  validateUpdate: validateLimitRange,
};
