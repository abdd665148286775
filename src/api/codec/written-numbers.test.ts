import assert from "node:assert/strict";
import { test } from "node:test";
import { surveyJson } from "./json-survey.ts";
import { hasWrittenNumbers, WrittenNumbers } from "./written-numbers.ts";

const written = ["7.0", "-7.00", "70e-1", "7E0", "1e3", "-0.0", "1.50", "1e400", "12345678901234567890"];
const reprinted = ["7", "-7", "0", "0.5", "-1.25", "1234567890123456"];

test("a number that is printed in another way than it was written is told from one that is not, and from a text", () => {
  const within = (number: string) => [
    ...[`{"a":${number}}`, `{"a":[1,${number} ,2]}`, `{"b":"\\"","a" : [\n${number}\n]}`],
    `{"a":[null, ${number},null]}`,
  ];
  for (const number of written) {
    for (const text of within(number)) assert.ok(surveyJson(text).hasOddNumbers && hasWrittenNumbers(text), text);
    for (const text of within(JSON.stringify(`"a":${number},\\`))) assert.ok(!hasWrittenNumbers(text), text);
  }
  for (const number of reprinted) for (const text of within(number)) assert.ok(!hasWrittenNumbers(text), text);
});

test("such numbers come back from what was made of the value as they were written, others and texts as they are", () => {
  const numbers = new WrittenNumbers('{"a":7.0,"b":[1e3,2,0.5],"c":"7.0 \\" 1e3"}');
  const { a, b, c } = numbers.value as { a: number; b: number[]; c: string };
  assert.ok(![a, b[0]].some(Number.isInteger));
  assert.equal(
    numbers.restore(JSON.stringify({ c, x: [b, a], a: 7 })),
    '{"c":"7.0 \\" 1e3","x":[[1e3,2,0.5],7.0],"a":7}',
  );
});
