// npm test: everything that is checked, in the order that fails fastest. `npm test -- FILE…` runs only these test files.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bootstrap, root, runNode } from "./bootstrap.mjs";

const files = process.argv.slice(2);

function check(name, args) {
  const began = Date.now();
  const { status } = spawnSync(join(root, "node_modules", ".bin", name), args, { cwd: root, stdio: "inherit" });
  console.error(
    `${name} ${args.join(" ")}: ${status === 0 ? "passed" : "failed"} (${((Date.now() - began) / 1000).toFixed(1)} s)`,
  );
  if (status !== 0) process.exit(status ?? 1);
}

try {
  const node = await bootstrap({ containers: true });
  if (files.length === 0) {
    check("biome", ["check", "."]);
    check("tsc", ["--noEmit"]);
  }
  process.chdir(root);
  const patterns = files.length > 0 ? files : ["src/**/*.test.ts", "test/**/*.test.ts"];
  process.exitCode = await runNode(node, [
    `--import=${pathToFileURL(join(root, "src", "cluster", "processes", "quick-resolution.ts")).href}`,
    "--test",
    "--test-reporter=spec",
    "--test-concurrency=2",
    "--test-timeout=900000",
    ...patterns,
  ]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
