/** Loaded before a process's own modules, which an earlier start of the same program has put into one file, without their types. */
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { ModuleSources } from "./module-sources.ts";
import { own } from "./quick-resolution.ts";

const root = new URL("../../", import.meta.url).href;
const main = process.argv[1] ?? "";

/** Clusters in the process of any program load the same: each would have megabytes of its own otherwise. */
const isOwnProcess = main.startsWith(fileURLToPath(root)) && /-main\.[jt]s$/.test(main);
const sources = new ModuleSources(`${root} ${isOwnProcess ? main : "in process"}`);

registerHooks({
  load(url, context, next) {
    if (context.format !== own.format || !url.startsWith(root)) return next(url, context);
    return { format: "module", source: sources.get(url), shortCircuit: true };
  },
});

/** When the program works: what it has loaded is there for its next start. */
export const saveModuleSources = (): void => sources.save();
