import assert from "node:assert/strict";
import { test } from "node:test";
import { DecodeError } from "./decode-error.ts";
import { parseYamlText } from "./yaml.ts";
import { YamlThread, YamlThreads } from "./yaml-thread.ts";

const thread = new YamlThread();

test("a text read in the thread says what it says here, twice written keys and all", async () => {
  const text = "a: 1\nb: [x, 012, ~]\na: 2\n";
  const read = await thread.read(text);
  assert.deepEqual(read(), parseYamlText(text));
  assert.deepEqual((await thread.read(""))(), parseYamlText(""));
});

test("what is no YAML is told when it is read", async () => {
  const read = await thread.read("a: [1");
  assert.throws(read, (error) => error instanceof DecodeError && error.message.startsWith("yaml: line "));
});

test("the event loop goes on while a long text is read, and answers come in order", async () => {
  const long = Array.from({ length: 20_000 }, (_, index) => `key-${index}: value`).join("\n");
  let turns = 0;
  const timer = setInterval(() => turns++);
  const [first, second] = await Promise.all([thread.read(long), thread.read("short: 1")]);
  clearInterval(timer);
  assert.equal(Object.keys(first().value as object).length, 20_000);
  assert.deepEqual(second().value, { short: 1 });
  assert.ok(turns > 5, `${turns} turns`);
});

test("a text that takes too long is refused, and the thread is ended", async () => {
  const read = await new YamlThread({ longestMs: 1 }).read("a: 1");
  assert.throws(read, { name: "DecodeError", message: "yaml: document takes too long" });
});

test("a text of ordinary length does not wait for a long one of the worst shape", async () => {
  const threads = new YamlThreads();
  const answered: string[] = [];
  const long = threads.read("[".repeat(512 * 1024)).then(() => answered.push("long"));
  const short = threads.read("a: 1\n".padEnd(64 * 1024, "#")).then(() => answered.push("short"));
  await Promise.all([long, short]);
  assert.deepEqual(answered, ["short", "long"]);
});
