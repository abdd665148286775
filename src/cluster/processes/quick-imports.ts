/** Loaded before a process's own modules, whose types an earlier start of the same program has taken away. */
import { registerHooks } from "node:module";
import { ModuleSources } from "./module-sources.ts";
import "./quick-resolution.ts";

const root = new URL("../../", import.meta.url).href;
const sources = new ModuleSources(`${root} ${process.argv[1]}`);

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== "@opentelemetry/api") return next(specifier, context);
    // Fifty modules that prom-client asks for and uses in the metrics only that nobody here collects.
    return { url: "node:path", format: "builtin", shortCircuit: true };
  },
  load(url, context, next) {
    if (context.format !== "module-typescript" || !url.startsWith(root)) return next(url, context);
    return { format: "module", source: sources.get(url), shortCircuit: true };
  },
});

/** When the program works: what it has loaded is there for its next start. */
export const saveModuleSources = (): void => sources.save();
