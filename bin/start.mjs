// npm start: from a fresh clone to a running cluster with an application on it.
import { join } from "node:path";
import { bootstrap, root, runNode } from "./bootstrap.mjs";

try {
  const node = await bootstrap({ containers: true });
  process.exitCode = await runNode(node, [join(root, "src", "cli", "start.ts"), ...process.argv.slice(2)]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
