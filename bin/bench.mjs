// npm run bench -- [--against URL,TOKEN]: figures of this machine, beside another API server's where one is named.
import { join } from "node:path";
import { bootstrap, root, runNode } from "./bootstrap.mjs";

try {
  const node = await bootstrap({ containers: true });
  process.exitCode = await runNode(node, [join(root, "bench", "run.ts"), ...process.argv.slice(2)]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
