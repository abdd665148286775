/** Quantities. */
import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  QuantityError,
  quantityCanonical,
  subtractQuantities,
} from "../../../src/api/mod.ts";
import { Broken, type FuzzTarget, same } from "../target.ts";

export const quantity: FuzzTarget = {
  name: "quantity",
  seeds: [
    "0",
    "100m",
    "1.5Gi",
    "12e6",
    "-0.5",
    "9223372036854775807",
    "1E-9",
    "3n",
    "+7Ki",
    ".5",
    "5.",
    "1e1000",
    "0.1Mi",
  ],
  dictionary: [
    "n",
    "u",
    "m",
    "k",
    "M",
    "G",
    "T",
    "P",
    "E",
    "Ki",
    "Ei",
    "e",
    "E-",
    "e+10",
    ".",
    "-",
    "+",
    "999",
    "000",
    "1024",
  ],
  maxBytes: 4096,
  run(input) {
    const text = input.toString("latin1");
    const quantity = parseQuantity(text);
    const canonical = quantityCanonical(text);
    same(quantityCanonical(canonical), canonical, "the canonical form is not canonical");
    const again = parseQuantity(canonical);
    if (again.compare(quantity) !== 0) throw new Broken(`${text} and its canonical form ${canonical} are not equal`);
    if (compareQuantities(text, canonical) !== 0) throw new Broken(`${text} does not compare as ${canonical}`);
    const twice = addQuantities(text, canonical);
    if (again.format !== "binary" && compareQuantities(subtractQuantities(twice, canonical), canonical) !== 0)
      throw new Broken(`${text} is not twice itself less itself`);
    quantity.value();
    quantity.milliValue();
  },
  isExpected: (error) => error instanceof QuantityError,
};
