// What `import … from "kubets"` loads first. JavaScript, and before any TypeScript: what is compiled once is kept for the next program that
// starts a cluster, beside what the command keeps. Without that each start compiles more than a thousand modules again, for a second and more.
import { existsSync } from "node:fs";
import nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// An older Node cannot read the sources. Names are not imported singly above, because one that it lacks would end it before it comes to this.
if (Number(process.versions.node.split(".")[0]) < 26)
  throw new Error(`Kubets runs on Node 26 or newer, and this is ${process.version}`);

// Code from the cache is not counted function by function. Node itself heeds NODE_DISABLE_COMPILE_CACHE.
if (process.env.NODE_V8_COVERAGE === undefined)
  nodeModule.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kubets", "compile"));

// The sources where they are, as for the command. Not `await import`, so that `require("kubets")` works as well.
const load = nodeModule.createRequire(import.meta.url);
const isSource = existsSync(new URL("src/cluster/library.ts", import.meta.url));
if (isSource) load("./src/cluster/processes/quick-imports.ts");
else load("./dist/cluster/processes/quick-imports.js");
export const { Cluster, ClusterError, resources, StatusError } = isSource
  ? load("./src/cluster/library.ts")
  : load("./dist/cluster/library.js");
