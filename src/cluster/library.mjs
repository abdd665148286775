// What `import … from "kubets"` loads first. JavaScript, and before any TypeScript: what is compiled once is kept for the next program that
// starts a cluster, beside what the command keeps. Without that each start compiles more than a thousand modules again, for a second and more.
import nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// An older Node cannot read the sources. Names are not imported singly above, because one that it lacks would end it before it comes to this.
if (Number(process.versions.node.split(".")[0]) < 26)
  throw new Error(`Kubets runs on Node 26 or newer, and this is ${process.version}`);

// Code from the cache is not counted function by function. Node itself heeds NODE_DISABLE_COMPILE_CACHE.
if (process.env.NODE_V8_COVERAGE === undefined)
  nodeModule.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kubets", "compile"));

// Not `await import`, so that `require("kubets")` works as well.
export const { Cluster, ClusterError } = nodeModule.createRequire(import.meta.url)("./library.ts");
