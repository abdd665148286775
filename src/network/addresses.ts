/** IPv4 addresses and networks as numbers. */

export interface Network {
  /** The first address, as a number. */
  readonly base: number;
  readonly bits: number;
}

/** `undefined` where the text is no IPv4 address. */
export function parseAddress(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** `a.b.c.d/bits`; `undefined` where the text is something else. Bits beyond the prefix are cleared. */
export function parseNetwork(text: string): Network | undefined {
  const [address = "", prefix = ""] = text.split("/");
  const number = parseAddress(address);
  const bits = /^\d{1,2}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (number === undefined || !(bits >= 0 && bits <= 32)) return undefined;
  return { base: number - (number % sizeOf(bits)), bits };
}

/** As `parseNetwork`. Throws where the text is no network. */
export function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (!network) throw new RangeError(`${text} is not an IPv4 network`);
  return network;
}

/** How many addresses a network of so many prefix bits has. */
export function sizeOf(bits: number): number {
  return 2 ** (32 - bits);
}

export function formatNetwork({ base, bits }: Network): string {
  return `${formatAddress(base)}/${bits}`;
}

/** Whether the two share an address. Throws where one is no network. */
export function overlaps(one: string, other: string): boolean {
  const [first, second] = [networkOf(one), networkOf(other)];
  return first.base < second.base + sizeOf(second.bits) && second.base < first.base + sizeOf(first.bits);
}

export function contains(network: Network, address: number): boolean {
  return address >= network.base && address < network.base + sizeOf(network.bits);
}

/** The address at `index` in the network: `addressAt("10.96.0.0/16", 10)` is `10.96.0.10`. Throws where the network has no such address. */
export function addressAt(network: string, index: number): string {
  const { base, bits } = networkOf(network);
  if (index < 0 || index >= sizeOf(bits)) throw new RangeError(`${network} has no address ${index}`);
  return formatAddress(base + index);
}

export function isIpv4(text: string): boolean {
  return parseAddress(text) !== undefined;
}
