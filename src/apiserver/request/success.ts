import { metav1 } from "../../api/mod.ts";
import type { Answer } from "./answer.ts";

/** What actions answer that make no object of their own: a binding, an eviction. */
export function created(): Answer {
  const object = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
  return { type: "object", status: 201, schema: metav1.status, object };
}
