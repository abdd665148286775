import assert from "node:assert/strict";
import { test } from "node:test";
import { WireError } from "../../api/mod.ts";
import { MessageCodec } from "./message-codec.ts";
import { criCodec } from "./types.ts";

const everything = new MessageCodec(
  {
    Inner: { text: [1, "string"] },
    All: {
      text: [1, "string"],
      flag: [2, "bool"],
      small: [3, "int32"],
      large: [4, "int64"],
      natural: [5, "uint64"],
      share: [6, "double"],
      raw: [7, "bytes"],
      kind: [8, "Kind"],
      inner: [9, "Inner"],
      texts: [10, "repeated string"],
      numbers: [11, "repeated int64"],
      inners: [12, "repeated Inner"],
      labels: [13, "map<string, string>"],
      word: [1000, "uint32"],
    },
  },
  { Kind: { FIRST: 0, SECOND: 1 } },
);

const full = {
  text: "é",
  flag: true,
  small: -1,
  large: -(2 ** 40),
  natural: 2 ** 50,
  share: 0.5,
  raw: Buffer.from([0, 255]),
  kind: "SECOND",
  inner: { text: "" },
  texts: ["", "b"],
  numbers: [0, -2, 300],
  inners: [{ text: "x" }, { text: "" }],
  labels: { a: "1", b: "", ["__proto__"]: "2" },
  word: 2 ** 32 - 1,
};

test("a message comes back as it was sent, whatever its fields are", () => {
  assert.deepEqual(everything.decode("All", everything.encode("All", full)), full);
});

test("the bytes are those of protobuf, numbers of a list packed and zeros left out", () => {
  const message = { text: "a", small: 0, flag: false, kind: "FIRST", numbers: [1, 300], inner: { text: "b" } };
  assert.equal(everything.encode("All", message).toString("hex"), "0a01614a030a01625a0301ac02");
});

test("what was not sent has the wire's zero value", () => {
  const absent = everything.decode("All", Buffer.alloc(0)) as typeof full;
  assert.deepEqual(absent, everything.zeros("All"));
  assert.deepEqual([absent.kind, absent.inner, absent.texts, absent.labels], ["FIRST", null, [], {}]);
});

test("a message leaves no trace in the next: lists and maps are its own", () => {
  everything.decode("All", everything.encode("All", full));
  assert.deepEqual(everything.decode("All", Buffer.alloc(0)), everything.zeros("All"));
});

test("numbers of a list may come one by one, and what is not declared is passed over", () => {
  const bytes = Buffer.from("5805580640071a0161f83f01", "hex");
  const message = everything.decode("All", bytes) as typeof full;
  assert.deepEqual(message.numbers, [5, 6]);
  assert.equal(message.kind, 7);
  assert.equal(message.small, 0);
});

test("bytes that end too early, or are no protobuf, are refused", () => {
  const bytes = everything.encode("All", full);
  for (const wrong of ["0a05", "0aff", "5a0380", "07", "4a020a05", "ffffffffffffffffffffff"])
    assert.throws(() => everything.decode("All", Buffer.from(wrong, "hex")), WireError, wrong);
  for (let end = 0; end < bytes.length; end++) {
    try {
      everything.decode("All", bytes.subarray(0, end));
    } catch (error) {
      assert.ok(error instanceof WireError, `cut at ${end}: ${error}`);
    }
  }
});

test("CRI's messages go by their tags", () => {
  const request = { filter: { labelSelector: { app: "web" } } };
  assert.equal(criCodec.encode("ListPodSandboxRequest", request).toString("hex"), "0a0c1a0a0a036170701203776562");
});
