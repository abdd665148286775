/** The content types of patches. */
import * as errors from "../errors.ts";
import type { PatchKind } from "./call.ts";

const kinds: ReadonlyMap<string, PatchKind> = new Map([
  ["application/json-patch+json", "json"],
  ["application/merge-patch+json", "merge"],
  ["application/strategic-merge-patch+json", "strategic"],
  ["application/apply-patch+yaml", "apply"],
]);

export function patchKindOf(contentType: string): PatchKind | undefined {
  return kinds.get(contentType);
}

/** Of custom resources the answer tells which patches they take. */
export function unsupportedPatch(supported: readonly PatchKind[]): Error {
  if (supported.includes("strategic")) return errors.unsupportedPatchType();
  return errors.unsupportedMediaType([...kinds].filter(([, kind]) => supported.includes(kind)).map(([type]) => type));
}
