import assert from "node:assert/strict";
import { test } from "node:test";
import { pieceBytes } from "../http/piece-memory.ts";
import { ByteSlabs } from "../registry/cache/byte-slabs.ts";
import { Entry } from "../registry/cache/entry.ts";
import { undeclaredForm } from "../registry/cache/stored-form.ts";
import { jsonListBody } from "./json-list-body.ts";

const stored = '{"kind":"K","metadata":{';
const itemHead = Buffer.from('{"metadata":{');

function list(sizes: readonly number[], check = () => {}) {
  const entries = sizes.map((size, index) => {
    const bytes = Buffer.from(`${stored}"name":"${"n".repeat(size)}"}}`);
    return new Entry(`/registry/${index}`, 10 ** (index % 10) - 1, bytes, undeclaredForm);
  });
  // Of some the bytes lie in slabs.
  const slabs = new ByteSlabs();
  for (const entry of entries.slice(1)) entry.rest(slabs);
  const head = Buffer.from('{"items":[');
  return jsonListBody({ head, itemHead, skip: stored.length, entries }, check);
}

test("a list is as long as it says, whatever the size of its items, and none of its pieces is large", async () => {
  const large = [[pieceBytes - 60, 5, pieceBytes, 9], Array(9).fill(pieceBytes / 4)];
  for (const sizes of [[], [3], [10, 20, 30, 40], ...large, Array(3000).fill(700)]) {
    const body = await list(sizes);
    const pieces = [...body];
    const text = Buffer.concat(pieces);
    assert.equal(text.length, body.byteLength);
    const { items } = JSON.parse(text.toString()) as { items: { metadata: { name: string } }[] };
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name.length),
      sizes,
    );
    assert.ok(pieces.every((piece) => piece.byteLength <= pieceBytes + 100));
  }
});

test("a short list holds no more memory than it is long", async () => {
  const body = await list([10, 20, 30]);
  const [piece, ...more] = [...body];
  assert.equal(piece!.buffer.byteLength, body.byteLength);
  assert.deepEqual(more, []);
});

test("each item has the revision of its write, and one that was never stored has none", async () => {
  const { items } = JSON.parse(Buffer.concat([...(await list([1, 1, 1]))]).toString());
  const versions = items.map(({ metadata }: { metadata: { resourceVersion?: string } }) => metadata.resourceVersion);
  assert.deepEqual(versions, [undefined, "9", "99"]);
});
