/** Resource amounts as the scheduler counts them: plain numbers (exact up to nine petabytes), since every node is compared for every pod. */
import { isHugePages, parseQuantity } from "../api/mod.ts";

export interface Amounts {
  milliCpu: number;
  /** Bytes. */
  memory: number;
  /** Bytes. */
  ephemeralStorage: number;
  /** Extended resources and huge pages by name, in whole units. */
  scalars: Map<string, number>;
}

export type QuantityMap = Readonly<Record<string, string>>;

export function emptyAmounts(): Amounts {
  return { milliCpu: 0, memory: 0, ephemeralStorage: 0, scalars: new Map() };
}

const thousandths = (text: string) => Number(parseQuantity(text).milliValue());
const wholeUnits = (text: string) => Number(parseQuantity(text).value());

function isScalar(name: string): boolean {
  return name.includes("/") || isHugePages(name) || name.startsWith("attachable-volumes-");
}

/** Reads a ResourceList. Names that the scheduler does not count (`pods`, `storage`) are left out. */
export function amountsOf(quantities: QuantityMap | undefined): Amounts {
  const amounts = emptyAmounts();
  for (const [name, text] of Object.entries(quantities ?? {})) setAmount(amounts, name, text);
  return amounts;
}

function setAmount(amounts: Amounts, name: string, text: string): void {
  if (name === "cpu") amounts.milliCpu = thousandths(text);
  else if (name === "memory") amounts.memory = wholeUnits(text);
  else if (name === "ephemeral-storage") amounts.ephemeralStorage = wholeUnits(text);
  else if (isScalar(name)) amounts.scalars.set(name, wholeUnits(text));
}

/** How many pods a node takes. */
export function podCapacity(quantities: QuantityMap | undefined): number {
  const text = quantities?.["pods"];
  return text === undefined ? 0 : wholeUnits(text);
}

export function addAmounts(target: Amounts, source: Amounts, sign: 1 | -1 = 1): void {
  target.milliCpu += sign * source.milliCpu;
  target.memory += sign * source.memory;
  target.ephemeralStorage += sign * source.ephemeralStorage;
  for (const [name, amount] of source.scalars) {
    const sum = (target.scalars.get(name) ?? 0) + sign * amount;
    if (sum === 0) target.scalars.delete(name);
    else target.scalars.set(name, sum);
  }
}

/** Raises each amount of `target` to at least that of `source`. */
export function raiseAmounts(target: Amounts, source: Amounts): void {
  target.milliCpu = Math.max(target.milliCpu, source.milliCpu);
  target.memory = Math.max(target.memory, source.memory);
  target.ephemeralStorage = Math.max(target.ephemeralStorage, source.ephemeralStorage);
  for (const [name, amount] of source.scalars) {
    target.scalars.set(name, Math.max(target.scalars.get(name) ?? 0, amount));
  }
}

export function isEmpty(amounts: Amounts): boolean {
  return amounts.milliCpu === 0 && amounts.memory === 0 && amounts.ephemeralStorage === 0 && amounts.scalars.size === 0;
}
