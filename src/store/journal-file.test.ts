/** What is read of a journal that was cut, damaged, or written in part. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JournalDevice } from "./journal-device.ts";
import { JournalFile } from "./journal-file.ts";
import type { Version } from "./version-log.ts";

interface Memory extends JournalDevice {
  bytes: Buffer;
}

function memory(bytes: Buffer = Buffer.alloc(0)): Memory {
  const device: Memory = {
    name: "journal",
    bytes,
    content: () => Buffer.from(device.bytes),
    write: async (batch, position) => device.overwrite(batch, position),
    overwrite(batch, position) {
      const all = Buffer.alloc(Math.max(device.bytes.length, position + batch.length));
      device.bytes.copy(all);
      batch.copy(all, position);
      device.bytes = all;
    },
    truncate(length) {
      device.bytes = Buffer.from(device.bytes.subarray(0, length));
    },
    close() {},
  };
  return device;
}

const version = (revision: number): Version => ({
  revision,
  key: `/key-${revision}`,
  previous: 0,
  value: Buffer.from("v".repeat(revision)),
});
const revisions = (file: JournalFile, newest = 1) => file.read(newest).map(({ revision }) => revision);
const read = (bytes: Buffer, newest?: number) => revisions(new JournalFile(memory(bytes)), newest);

/** Batches of one version each, from revision 2 on, and where each of them ends. */
async function written(count: number): Promise<{ bytes: Buffer; ends: number[] }> {
  const device = memory();
  const file = new JournalFile(device);
  const ends: number[] = [];
  for (let revision = 2; revision < 2 + count; revision++) {
    await file.append([version(revision)]);
    ends.push(file.bytes);
  }
  return { bytes: device.bytes, ends };
}

test("a journal cut at any byte is read up to the last write that is whole", async () => {
  const { bytes, ends } = await written(5);
  for (let length = 0; length <= bytes.length; length++) {
    const whole = ends.filter((end) => end <= length).length;
    assert.deepEqual(read(bytes.subarray(0, length)), [2, 3, 4, 5, 6].slice(0, whole), `cut at ${length}`);
  }
});

test("a journal damaged at any byte is refused, and never read as if nothing were missing; but for its last write, which the power may have cut", async () => {
  const { bytes, ends } = await written(5);
  const lastBegins = ends.at(-2)!;
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1 << (at % 8);
    if (at >= lastBegins) assert.deepEqual(read(damaged), [2, 3, 4, 5], `damaged at ${at}`);
    else assert.throws(() => read(damaged), { code: "corrupt", message: /^the journal journal is damaged at byte / });
  }
});

test("a damaged journal is no harm where all that it holds is behind", async () => {
  const { bytes } = await written(5);
  bytes[3]! ^= 1;
  assert.deepEqual(read(bytes, 6), []);
});

test("what an earlier run has left behind a write that the power has cut is no damage", async () => {
  const device = memory();
  const file = new JournalFile(device);
  for (let revision = 2; revision < 6; revision++) await file.append([version(revision)]);
  const before = device.bytes;
  file.begin();
  await file.append([version(6)]);
  for (let length = 0; length <= file.bytes; length++) {
    const bytes = Buffer.concat([device.bytes.subarray(0, length), before.subarray(length)]);
    const found = read(bytes, 5).filter((revision) => revision > 5);
    assert.deepEqual(found, length === file.bytes ? [6] : [], `cut at ${length}`);
  }
});

test("what somebody has stored is not taken for a write, though it looks like one", async () => {
  const { bytes: forged } = await written(1);
  const device = memory();
  const file = new JournalFile(device);
  await file.append([{ ...version(2), value: forged }]);
  await file.append([version(3)]);
  file.begin();
  device.truncate(device.bytes.length - 1);
  assert.deepEqual(read(device.bytes), [2]);
});
