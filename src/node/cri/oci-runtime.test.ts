import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { chooseOciRuntime, hidingScript } from "./oci-runtime.ts";

const programs = { containerd: "/bin/containerd", crun: "/bin/crun", runc: "/bin/runc" };
const containerd1 = "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3\n";
const containerd2 = "containerd github.com/containerd/containerd/v2 v2.0.0 207ad711\n";

test("crun makes containers where it understands what containerd writes, else runc", () => {
  const cases: readonly [crun: string, containerd: string, reason?: string][] = [
    ["crun version 1.8.1\ncommit: f8a096be\nspec: 1.0.0\n", containerd1],
    ["crun version 1.14.3\n", containerd2],
    ["crun version 1.21\n", containerd2],
    ["crun version 2.0\n", containerd2],
    ["crun version 0.17\n", containerd1, "/bin/crun is version 0.17.0, older than 1.8.0"],
    [
      "crun version 1.14.1\n",
      containerd2,
      "/bin/crun is version 1.14.1, which containerd 2 and later need to be 1.14.3",
    ],
    ["", containerd1, "/bin/crun is version 0.0.0, older than 1.8.0"],
  ];
  for (const [crun, containerd, reason] of cases) {
    const expected =
      reason === undefined ? { name: "crun", program: "/bin/crun" } : { name: "runc", program: "/bin/runc", reason };
    assert.deepEqual(
      chooseOciRuntime(programs, (program) => ({ crun, containerd })[program]),
      expected,
      crun,
    );
  }
});

test("a machine without crun takes runc, and one without either has nothing", () => {
  const reason = "there is no crun";
  assert.deepEqual(chooseOciRuntime({ runc: "/bin/runc" }), { name: "runc", program: "/bin/runc", reason });
  assert.equal(chooseOciRuntime({}), undefined);
  assert.equal(
    chooseOciRuntime({ crun: "/bin/crun" }, () => "crun version 0.17"),
    undefined,
  );
});

const canMount = spawnSync("unshare", ["--mount", "true"]).status === 0;

/** A machine's cgroups and a volume, as far as mounts go; $1 the propagation of its mounts, $2 the script, $3 the volume. */
const machine = `
  mount --make-r$1 / &&
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup && mkdir /sys/fs/cgroup/unified &&
  mount -t tmpfs tmpfs /sys/fs/cgroup/unified && echo hugetlb > /sys/fs/cgroup/unified/cgroup.controllers &&
  mkdir "$3/made" && "$2" --root "$3" create "it's one" && "$2" --root "$3" start one
  cat /sys/fs/cgroup/unified/cgroup.controllers "$3/made/file"`;
/** In crun's place: tells what it was given and what it sees, and leaves a mount in the volume. */
const fakeCrun = `#!/bin/sh
echo "$3 $4: $(cat /sys/fs/cgroup/unified/cgroup.controllers 2> /dev/null || echo hidden)"
[ "$3" = start ] || { mount -t tmpfs tmpfs "$2/made" && echo propagated > "$2/made/file"; }
`;

for (const [propagation, volume] of [
  ["shared", "propagated\n"],
  ["private", ""],
] as const)
  test(`crun alone does not see the version 2 cgroups, where mounts are ${propagation}`, {
    skip: !canMount && "needs root",
  }, (t) => {
    const folder = mkdtempSync(join(tmpdir(), "kubets-oci-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const crun = join(folder, "crun's");
    const script = join(folder, "script");
    writeFileSync(crun, fakeCrun, { mode: 0o700 });
    writeFileSync(script, hidingScript(crun), { mode: 0o700 });
    const { stdout } = spawnSync("unshare", ["--mount", "sh", "-c", machine, "sh", propagation, script, folder]);
    assert.equal(stdout.toString(), `create it's one: hidden\nstart one: hugetlb\nhugetlb\n${volume}`);
  });
