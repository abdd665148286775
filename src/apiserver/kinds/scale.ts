import { labelSelectorAsSelector, type metav1 } from "../../api/mod.ts";

/** A label selector as the status of a Scale prints it. */
export function scaleSelector(selector: metav1.LabelSelector | undefined): string {
  return selector ? labelSelectorAsSelector(selector).toString() : "";
}
