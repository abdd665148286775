/** IP addresses and networks. */
import { type Overload, overload } from "../checker/signature.ts";
import { EvaluationError, OpaqueValue } from "../values/value.ts";
import { type Address, formatAddress, lengthOf, parseAddress, prefixOf } from "./ip-address.ts";

class IpValue extends OpaqueValue {
  readonly typeName = "net.IP";
  readonly address: Address;

  constructor(address: Address) {
    super();
    this.address = address;
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof IpValue && formatAddress(other.address) === formatAddress(this.address);
  }
}

class CidrValue extends OpaqueValue {
  readonly typeName = "net.CIDR";
  readonly address: Address;
  readonly prefix: number;

  constructor(address: Address, prefix: number) {
    super();
    this.address = address;
    this.prefix = prefix;
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof CidrValue && cidrText(other) === cidrText(this);
  }
}

function ip(text: string): IpValue {
  const address = parseAddress(text);
  if (!address)
    throw new EvaluationError(
      `IP Address ${JSON.stringify(text)} parse error during conversion from string: ${ipProblem(text)}`,
    );
  return new IpValue(address);
}

function ipProblem(text: string): string {
  if (text.includes("%")) return "IP address with zone value is not allowed";
  if (text.includes(":") && text.includes(".")) return "IPv4-mapped IPv6 address is not allowed";
  return `ParseAddr(${JSON.stringify(text)}): unable to parse IP`;
}

function parseCidr(text: string): CidrValue | undefined {
  const slash = text.indexOf("/");
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (!address || !/^(?:0|[1-9]\d*)$/.test(prefix) || Number(prefix) > lengthOf(address.family)) return undefined;
  return new CidrValue(address, Number(prefix));
}

function cidr(text: string): CidrValue {
  const found = parseCidr(text);
  if (!found)
    throw new EvaluationError(
      `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): no '/'`,
    );
  return found;
}

function cidrText({ address, prefix }: CidrValue): string {
  return `${formatAddress(address)}/${prefix}`;
}

function containsAddress({ address, prefix }: CidrValue, other: Address): boolean {
  return address.family === other.family && prefixOf(address, prefix) === prefixOf(other, prefix);
}

function containsCidr(outer: CidrValue, inner: CidrValue): boolean {
  return outer.prefix <= inner.prefix && containsAddress(outer, inner.address);
}

function masked({ address, prefix }: CidrValue): CidrValue {
  const rest = BigInt(lengthOf(address.family) - prefix);
  return new CidrValue({ ...address, bits: (address.bits >> rest) << rest }, prefix);
}

const within = (network: string) => {
  const known = cidr(network);
  return ({ address }: IpValue) => containsAddress(known, address);
};
const anyOf =
  (...tests: readonly ((value: IpValue) => boolean)[]) =>
  (value: IpValue) =>
    tests.some((test) => test(value));

const isUnspecified = anyOf(within("0.0.0.0/32"), within("::/128"));
const isLoopback = anyOf(within("127.0.0.0/8"), within("::1/128"));
const isLinkLocalUnicast = anyOf(within("169.254.0.0/16"), within("fe80::/10"));
const isLinkLocalMulticast = anyOf(within("224.0.0.0/24"), within("ff02::/16"));
const isMulticast = anyOf(within("224.0.0.0/4"), within("ff00::/8"));
const isBroadcast = within("255.255.255.255/32");
const notGlobal = anyOf(isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isBroadcast);

const compareAddress = { estimate: () => 4 };
const compareNetwork = { estimate: () => 7 };
const scan = { cost: (sizes: readonly number[]) => Math.ceil(sizes[0]! * 0.1) };

export const addresses: readonly Overload[] = [
  overload("ip(string): net.IP", ip, scan),
  overload("isIP(string): bool", (text: string) => parseAddress(text) !== undefined, scan),
  overload("ip.isCanonical(string): bool", (text: string) => formatAddress(ip(text).address) === text, scan),
  overload("string(net.IP): string", ({ address }: IpValue) => formatAddress(address)),
  overload("net.IP.family(): int", ({ address }: IpValue) => BigInt(address.family)),
  overload("net.IP.isUnspecified(): bool", isUnspecified),
  overload("net.IP.isLoopback(): bool", isLoopback),
  overload("net.IP.isLinkLocalMulticast(): bool", isLinkLocalMulticast),
  overload("net.IP.isLinkLocalUnicast(): bool", isLinkLocalUnicast),
  overload("net.IP.isGlobalUnicast(): bool", (value: IpValue) => !notGlobal(value)),
];

export const networks: readonly Overload[] = [
  overload("cidr(string): net.CIDR", cidr, scan),
  overload("isCIDR(string): bool", (text: string) => parseCidr(text) !== undefined, scan),
  overload("string(net.CIDR): string", cidrText),
  overload(
    "net.CIDR.containsIP(string): bool",
    (network: CidrValue, text: string) => containsAddress(network, ip(text).address),
    { estimate: (sizes) => 4 + Math.ceil(sizes[1]! * 0.1) },
  ),
  overload(
    "net.CIDR.containsIP(net.IP): bool",
    (network: CidrValue, { address }: IpValue) => containsAddress(network, address),
    compareAddress,
  ),
  overload(
    "net.CIDR.containsCIDR(string): bool",
    (network: CidrValue, text: string) => containsCidr(network, cidr(text)),
    { estimate: (sizes) => 7 + Math.ceil(sizes[1]! * 0.1) },
  ),
  overload("net.CIDR.containsCIDR(net.CIDR): bool", containsCidr, compareNetwork),
  overload("net.CIDR.ip(): net.IP", ({ address }: CidrValue) => new IpValue(address)),
  overload("net.CIDR.masked(): net.CIDR", masked),
  overload("net.CIDR.prefixLength(): int", ({ prefix }: CidrValue) => BigInt(prefix)),
];
