// Runs a TypeScript file of this package on the Node that Kubets needs: node bin/run.mjs FILE ARGUMENT…
import { bootstrap, runNode } from "./bootstrap.mjs";

try {
  process.exitCode = await runNode(await bootstrap({ containers: false }), process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
