/**
 * A relative import of a file of this package is that very file. Node's resolution looks each one up in the file system and asks for
 * its package; with a thousand modules that is a fifth of a second of every start.
 */
import { registerHooks } from "node:module";

/** What a module of this package is. Tests lie beside the sources; beside what is packed may lie packages of others. */
export const own = import.meta.url.endsWith(".ts")
  ? { above: "../../../", extension: ".ts", format: "module-typescript" }
  : { above: "../../", extension: ".js", format: "module" };
const root = new URL(own.above, import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context;
    if (!specifier.startsWith(".") || !specifier.endsWith(own.extension) || !parentURL?.startsWith(root))
      return next(specifier, context);
    return { url: new URL(specifier, parentURL).href, format: own.format, shortCircuit: true };
  },
});
