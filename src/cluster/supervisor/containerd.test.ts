import assert from "node:assert/strict";
import { test } from "node:test";
import { requirePrograms } from "./containerd.ts";

test("programs that the machine lacks are named, with how to get them", () => {
  const lacking =
    (...names: readonly string[]) =>
    (name: string) =>
      names.includes(name) ? undefined : `/usr/bin/${name}`;
  requirePrograms(lacking());
  assert.throws(() => requirePrograms(lacking("containerd", "nftables")), {
    code: "missing-program",
    message: "real containers need containerd, nftables, which this machine lacks",
    hint: "apt-get install containerd nftables, or use --runtime simulated",
  });
});
