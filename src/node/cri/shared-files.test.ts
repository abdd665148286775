import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { releaseForgottenAddresses, type SandboxTraces, shimSocket } from "./shared-files.ts";

const folder = mkdtempSync(join(tmpdir(), "kubets-shared-"));
after(() => rmSync(folder, { recursive: true }));
const socket = join(folder, "containerd.sock");
let count = 0;

/** A node that knows these sandboxes, and whose addresses .2, .3, … are held by those. */
function node(known: readonly string[] | undefined, holders: readonly string[]): SandboxTraces {
  const base = join(folder, String(count++));
  const traces = { root: join(base, "root"), state: join(base, "state"), addresses: join(base, "addresses") };
  for (const id of known ?? [])
    mkdirSync(join(traces.root, "io.containerd.grpc.v1.cri/sandboxes", id), { recursive: true });
  mkdirSync(join(traces.addresses, "kubets"), { recursive: true });
  for (const [index, id] of holders.entries())
    writeFileSync(join(traces.addresses, "kubets", `10.244.0.${index + 2}`), `${id}\r\neth0`);
  writeFileSync(join(traces.addresses, "kubets", "last_reserved_ip.0"), "10.244.0.9");
  return traces;
}

const isHeld = ({ addresses }: SandboxTraces, last: number) =>
  existsSync(join(addresses, "kubets", `10.244.0.${last}`));

test("an address whose sandbox was never finished is given back, the others stay", () => {
  const traces = node(["known"], ["known", "forgotten"]);
  releaseForgottenAddresses(socket, traces);
  assert.deepEqual([isHeld(traces, 2), isHeld(traces, 3)], [true, false]);
  assert.ok(existsSync(join(traces.addresses, "kubets", "last_reserved_ip.0")));
});

test("an address whose file a full disk or a power cut has left empty is given back", () => {
  const traces = node(["known"], ["known"]);
  writeFileSync(join(traces.addresses, "kubets", "10.244.0.3"), "");
  releaseForgottenAddresses(socket, traces);
  assert.deepEqual([isHeld(traces, 2), isHeld(traces, 3)], [true, false]);
});

test("where containerd keeps no sandboxes that can be found, no address is given back", () => {
  const traces = node(undefined, ["running"]);
  releaseForgottenAddresses(socket, traces);
  assert.equal(isHeld(traces, 2), true);
});

test("a shim's socket has the name that containerd gives it", () => {
  const id = "531c4f5e72cd584f5e9630b5e7c87edbc0f64b90281ea4478d8fa8cb50918b03";
  const expected = "/run/containerd/s/5c90b06744f4a4b28e02250d9754b5cb48c800f49706ff30328f25f2dbe052c6";
  assert.equal(shimSocket("/run/kubets/fa/node-1/containerd.sock", id), expected);
});
