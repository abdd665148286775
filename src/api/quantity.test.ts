import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addQuantities, compareQuantities, parseQuantity, quantityCanonical, quantityOf } from "./quantity.ts";

/** What upstream 1.36 answers for each text. */
const canonical: Record<string, string> = {
  "0": "0",
  "0.0": "0",
  "-0": "0",
  Ki: "0",
  ".": "0",
  "5.": "5.",
  ".5": "500m",
  "+1": "+1",
  "1E": "1E",
  "1e3": "1e3",
  "12E6": "12E6",
  "1e-3": "1e-3",
  "1e1": "10",
  "1e-1": "100e-3",
  "1e-10": "1e-9",
  "1e19": "10e18",
  "1e400": "10e399",
  "0.5Gi": "512Mi",
  "1.5Ki": "1536",
  "0.3Ki": "307200m",
  "1023.5Ki": "1048064",
  "2048": "2048",
  "2048Ki": "2Mi",
  "1000Mi": "1000Mi",
  "1048576Ki": "1Gi",
  "7Ei": "7Ei",
  "8Ei": "9223372036854775807",
  "0.0000000001": "1n",
  "1.1n": "2n",
  "1.5": "1500m",
  "1.0": "1",
  "1.234": "1.234",
  "0.123": "123m",
  "0.001": "1m",
  "1.23456": "1234560u",
  "1.5e1": "1.5e1",
  "1.5e3": "1500",
  "15000e0": "15e3",
  "00001": "00001",
  "1000": "1k",
  "1000m": "1",
  "1000n": "1u",
  "10000000000000000000": "10E",
  "1234567890123456789000": "1234567890123456789k",
  "20000000000000000001.5": "20000000000000000001500m",
  "0.12345678901": "123456790n",
  "9300P": "9300P",
};

test("a quantity is printed as upstream prints it", () => {
  for (const [text, expected] of Object.entries(canonical)) assert.equal(quantityCanonical(text), expected, text);
});

test("a text that is no quantity is refused in upstream's words", () => {
  for (const text of ["", "1_", "1.2.3", "é", " 1"]) assert.throws(() => parseQuantity(text), /must match/, text);
  for (const text of ["1ki", "1i", "1e", "1ee3", "1kk", "1-2", "--1", "1m3", "1e99999"]) {
    assert.throws(() => parseQuantity(text), /unable to parse quantity's suffix/, text);
  }
});

test("the printed form of a quantity reads back as the same number", () => {
  const amounts = fc.tuple(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.integer({ min: -9, max: 20 }));
  const formats = fc.constantFrom("binary" as const, "decimal" as const, "exponent" as const);
  fc.assert(
    fc.property(amounts, formats, ([amount, scale], format) => {
      const quantity = quantityOf(amount, scale, format);
      const text = quantity.toString();
      if (text.endsWith("i")) return;
      assert.equal(parseQuantity(text).compare(quantity), 0, text);
    }),
  );
});

test("sums and comparisons are exact across suffixes", () => {
  assert.equal(addQuantities("100m", "1"), "1100m");
  assert.equal(addQuantities("0", "1Gi"), "1Gi");
  assert.equal(addQuantities("512Mi", "0.5Gi"), "1Gi");
  assert.equal(compareQuantities("1k", "1000"), 0);
  assert.ok(compareQuantities("1Ki", "1k") > 0);
  assert.ok(compareQuantities("-1", "0") < 0);
});

test("whole and thousandth values round away from zero", () => {
  assert.equal(parseQuantity("1500u").milliValue(), 2n);
  assert.equal(parseQuantity("-1500u").milliValue(), -2n);
  assert.equal(parseQuantity("100m").value(), 1n);
  assert.equal(parseQuantity("2").milliValue(), 2000n);
});

test("a quantity of more digits than anybody means is refused at once", () => {
  assert.equal(quantityCanonical("9".repeat(1000)).length, 1000);
  for (const text of ["9".repeat(1001), `0.${"9".repeat(2_000_000)}`])
    assert.throws(() => quantityCanonical(text), /^QuantityError: quantities must match/);
});
