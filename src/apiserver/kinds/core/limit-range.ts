import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";

export const limitRange: Strategy<corev1.LimitRange> = {
  resource: resources.limitranges,
  allowCreateOnUpdate: true,
};
