/**
 * Makes the published module of Kubernetes build by itself, and puts a harness into it that starts the programs of KUBEBUILDER_ASSETS where a
 * test asks for an API server. The tests are not touched.
 */
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const harness = "cmd/kube-apiserver/app/testing/testserver.go";

/** `version`: of the modules that Kubernetes publishes beside itself; its own copies of them are not in its archive. */
export function prepareKubernetes(folder: string, version: string): void {
  const file = join(folder, "go.mod");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(/=> \.\/staging\/src\/(\S+)/g, `=> $1 ${version}`));
  for (const workspace of ["go.work", "go.work.sum"]) rmSync(join(folder, workspace), { force: true });
  // The archive tells of no file whether it may be run; a test has one that may not.
  chmodSync(join(folder, "test/integration/client/testdata/exec-plugin-not-executable.sh"), 0o644);
  copyFileSync(join(import.meta.dirname, "testserver.go"), join(folder, harness));
}
