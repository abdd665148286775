/** Kubernetes' quantities: `1.5Gi`, `100m`. */
import { parseQuantity, type Quantity, quantityOf } from "../../api/mod.ts";
import { type Overload, overload } from "../checker/signature.ts";
import { EvaluationError, OpaqueValue } from "../values/value.ts";

const named = "kubernetes.Quantity";
const largest = 2n ** 63n - 1n;

class QuantityValue extends OpaqueValue {
  readonly typeName = named;
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof QuantityValue && this.quantity.compare(other.quantity) === 0;
  }
}

function parse(text: string): QuantityValue {
  try {
    return new QuantityValue(parseQuantity(text));
  } catch (error) {
    throw new EvaluationError((error as Error).message);
  }
}

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch {
    return false;
  }
}

function isInteger({ quantity }: QuantityValue): boolean {
  const value = quantity.value();
  return quantityOf(value).compare(quantity) === 0 && value <= largest && value >= -largest - 1n;
}

function asInteger(value: QuantityValue): bigint {
  if (!isInteger(value)) throw new EvaluationError("cannot convert value to integer");
  return value.quantity.value();
}

const scan = { cost: (sizes: readonly number[]) => Math.ceil(sizes[0]! * 0.1) };
const compare = (one: QuantityValue, other: QuantityValue) => one.quantity.compare(other.quantity);
const add = (one: QuantityValue, other: Quantity) => new QuantityValue(one.quantity.add(other));
const subtract = (one: QuantityValue, other: Quantity) => new QuantityValue(one.quantity.subtract(other));

export const quantities: readonly Overload[] = [
  overload(`quantity(string): ${named}`, parse, scan),
  overload("isQuantity(string): bool", isQuantity, scan),
  overload(`${named}.sign(): int`, ({ quantity }: QuantityValue) => BigInt(quantity.sign())),
  overload(`${named}.isInteger(): bool`, isInteger),
  overload(`${named}.asInteger(): int`, asInteger),
  overload(`${named}.asApproximateFloat(): double`, ({ quantity }: QuantityValue) => quantity.toNumber()),
  overload(
    `${named}.isGreaterThan(${named}): bool`,
    (one: QuantityValue, other: QuantityValue) => compare(one, other) > 0,
  ),
  overload(
    `${named}.isLessThan(${named}): bool`,
    (one: QuantityValue, other: QuantityValue) => compare(one, other) < 0,
  ),
  overload(`${named}.compareTo(${named}): int`, (one: QuantityValue, other: QuantityValue) =>
    BigInt(compare(one, other)),
  ),
  overload(`${named}.add(${named}): ${named}`, (one: QuantityValue, other: QuantityValue) => add(one, other.quantity)),
  overload(`${named}.add(int): ${named}`, (one: QuantityValue, other: bigint) => add(one, quantityOf(other))),
  overload(`${named}.sub(${named}): ${named}`, (one: QuantityValue, other: QuantityValue) =>
    subtract(one, other.quantity),
  ),
  overload(`${named}.sub(int): ${named}`, (one: QuantityValue, other: bigint) => subtract(one, quantityOf(other))),
];
