import type { Plugin } from "../framework.ts";
import { rejection } from "../framework.ts";

const mismatch = rejection("node(s) didn't match the requested node name", { resolvable: false });

/** `spec.nodeName` of a pod that is being placed anew. */
export const nodeName: Plugin = {
  name: "NodeName",
  prepareFilter: ({ pod }) => {
    const wanted = pod.spec.nodeName;
    if (!wanted) return undefined;
    return { filter: { check: (node) => (node.name === wanted ? undefined : mismatch) } };
  },
  mayHelp: (event) => event.kind === "node-added",
};
