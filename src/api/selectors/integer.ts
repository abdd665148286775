/** Integers of `Gt` and `Lt`: decimal, of 64 bits. */

const decimal = /^([+-]?)0*(\d{1,19})$/;

/** -1, 0 or 1; nothing where either is no such integer. */
export function compareIntegers(left: string | undefined, right: string | undefined): number | undefined {
  const [one, other] = [integerOf(left), integerOf(right)];
  if (one === undefined || other === undefined) return undefined;
  return one === other ? 0 : one < other ? -1 : 1;
}

export const isInteger = (text: string): boolean => integerOf(text) !== undefined;

function integerOf(text = ""): bigint | undefined {
  const [whole, sign, digits] = decimal.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const value = BigInt(`${sign}${digits}`);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}
