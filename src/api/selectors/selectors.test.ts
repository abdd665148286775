import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseFieldSelector } from "./field-selector.ts";
import { labelSelectorAsSelector } from "./label-selector.ts";
import { parseLabelSelector } from "./parse.ts";

const web = { app: "web", tier: "front", size: "5" };

test("requirements match as upstream's do", () => {
  const matching = ["", " ", "app", "!canary", "app=web", "app==web", "app!=db", "canary!=x", "tier in (front,back)"];
  const more = [
    "tier notin (back)",
    "canary notin (x)",
    "size>4",
    "size<6",
    "app = web , tier in\n( front )",
    "! canary",
  ];
  for (const text of [...matching, ...more]) assert.ok(parseLabelSelector(text).matches(web), text);
  for (const text of [
    "!app",
    "app=db",
    "app!=web",
    "canary",
    "canary=",
    "tier in ()",
    "size>5",
    "app>1",
    "app=web,canary",
  ]) {
    assert.ok(!parseLabelSelector(text).matches(web), text);
  }
});

test("a selector is printed in the order of keys and reads back the same", () => {
  const text = "!d,a in (x,y),b=c,c!=e,e,f notin (g),h>1";
  const printed = parseLabelSelector(text).toString();
  assert.equal(printed, "a in (x,y),b=c,c!=e,!d,e,f notin (g),h>1");
  assert.equal(parseLabelSelector(printed).toString(), printed);
});

/** What upstream 1.36 answers. */
const refused: Record<string, string> = {
  "a in (b": "unable to parse requirement: found '', expected: ',' or ')'",
  "a=b,": "found '', expected: identifier after ','",
  "a<x": `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`,
  "=b": "found '=', expected: !, identifier, or 'end of string'",
  "a b": "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
  "a in b": "unable to parse requirement: found 'b' expected: '('",
  "!a=b": "found '=', expected: ',' or 'end of string'",
  "a=b c": "found 'c', expected: ',' or 'end of string'",
  ",a": "found ',', expected: !, identifier, or 'end of string'",
  "a,,b": "found ',', expected: identifier after ','",
  "!": "unable to parse requirement: found '', expected: identifier",
  "a=(b)": "unable to parse requirement: found '(', expected: identifier",
  "a notin": "unable to parse requirement: found '' expected: '('",
  "a=!b": "unable to parse requirement: found '!', expected: identifier",
  "a!b": "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt",
  "a in (b c)": "unable to parse requirement: found 'c', expected: ',' or ')'",
};

test("a selector that cannot be read is refused in upstream's words", () => {
  for (const [text, message] of Object.entries(refused)) {
    assert.throws(() => parseLabelSelector(text), { message }, text);
  }
  assert.throws(
    () => parseLabelSelector("-a=b"),
    /^SelectorError: unable to parse requirement: <nil>: Invalid value: "-a": name part/,
  );
  assert.throws(() => parseLabelSelector("a=_b"), /values\[0\]\[a\]: Invalid value: "_b": a valid label must be/);
});

test("an absent label selector selects nothing and an empty one everything", () => {
  assert.equal(labelSelectorAsSelector(undefined).matches({}), false);
  assert.equal(labelSelectorAsSelector({}).matches({}), true);
  const selector = labelSelectorAsSelector({
    matchLabels: { app: "web" },
    matchExpressions: [{ key: "tier", operator: "In", values: ["back", "front"] }],
  });
  assert.equal(selector.matches(web), true);
  assert.equal(`${selector}`, "app=web,tier in (back,front)");
});

test("a field selector reads escapes and refuses what it does not understand", () => {
  const selector = parseFieldSelector("metadata.name=a\\,b,status.phase!=Running,,spec.x==1");
  assert.deepEqual(selector.requirements, [
    { field: "metadata.name", operator: "=", value: "a,b" },
    { field: "status.phase", operator: "!=", value: "Running" },
    { field: "spec.x", operator: "=", value: "1" },
  ]);
  const refusals: Record<string, string> = {
    "metadata.name": "invalid selector: 'metadata.name'; can't understand 'metadata.name'",
    "metadata.name=a\\x": "invalid field selector: invalid escape sequence: \\x",
    "metadata.name=a\\": "invalid field selector: invalid escape sequence: \\",
    "metadata.name=a=b": "invalid field selector: unescaped character in value: 61",
  };
  for (const [text, message] of Object.entries(refusals))
    assert.throws(() => parseFieldSelector(text), { message }, text);
});

test("any value survives the text form of a field selector", () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const text = parseFieldSelector("a=x")
        .toString()
        .replace("x", () => value.replace(/[\\,=]/g, "\\$&"));
      assert.equal(parseFieldSelector(text).exact("a"), value);
    }),
  );
});
