import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeSelectorMatches } from "./node-selector.ts";
import { parseLabelSelector } from "./parse.ts";
import { toleratesTaint } from "./tolerations.ts";

/** What upstream takes for one, as a bound, of 64 bits; a label cannot begin with a sign. */
const integers = ["5", "05", `${"0".repeat(40)}5`];
const others = ["", "0x5", "5.0", "1_0", "5e0", "x", "9".repeat(20), "9223372036854775808"];

test("the bounds of Gt and Lt are integers of 64 bits alike in label selectors, node selectors and tolerations", () => {
  const alike = (bound: string) => {
    const selectors = () => [
      parseLabelSelector(`a>${bound}`).matches({ a: "9223372036854775807" }),
      parseLabelSelector(`a<${bound}`).matches({ a: "4" }),
    ];
    const terms = (["Gt", "Lt"] as const).map((operator) => ({
      nodeSelectorTerms: [{ matchExpressions: [{ key: "a", operator, values: [bound] }] }],
    }));
    const holds = [
      nodeSelectorMatches(terms[0]!, { name: "n", labels: { a: "9223372036854775807" } }),
      nodeSelectorMatches(terms[1]!, { name: "n", labels: { a: "4" } }),
      toleratesTaint({ key: "a", operator: "Gt", value: bound }, { key: "a", value: "6", effect: "NoSchedule" }),
    ];
    return { selectors, holds };
  };
  for (const bound of integers) {
    const { selectors, holds } = alike(bound);
    assert.deepEqual([...selectors(), ...holds], [true, true, true, true, true], bound);
  }
  for (const bound of others) {
    const { selectors, holds } = alike(bound);
    assert.throws(selectors, /for 'Gt', 'Lt' operators, the value must be an integer/, bound);
    assert.deepEqual(holds, [false, false, false], bound);
  }
  assert.equal(parseLabelSelector("a> 5 ").matches({ a: "6" }), true);
  // As for any label, and for that reason alone.
  for (const bound of ["+5", "-5"])
    assert.throws(
      () => parseLabelSelector(`a>${bound}`),
      /^SelectorError: unable to parse requirement: values\[0\]\[a\]/,
    );
});
