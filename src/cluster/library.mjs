// What `import … from "kubets"` loads first. JavaScript, and before any TypeScript: what is compiled once is kept for the next program that
// starts a cluster, beside what the command keeps. Without that each start compiles more than a thousand modules again, for a second and more.
import { createRequire, enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// Code from the cache is not counted function by function. Node itself heeds NODE_DISABLE_COMPILE_CACHE.
if (process.env.NODE_V8_COVERAGE === undefined)
  enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kubets", "compile"));

// Not `await import`, so that `require("kubets")` works as well.
export const { Cluster, ClusterError } = createRequire(import.meta.url)("./library.ts");
