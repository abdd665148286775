/** IP addresses and CIDR blocks in the form that everybody reads alike: no leading zeros, no bits beyond the prefix. */
import { isIP } from "node:net";

const ipText = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const cidrText = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

export function ipProblems(text: string): string[] {
  if (isIP(text) !== 0) return isMapped(text) ? ["must not be an IPv4-mapped IPv6 address"] : [];
  // Some parsers take such parts as octal numbers.
  return isIP(withoutLeadingZeros(text)) !== 0 ? ["must not have leading 0s"] : [ipText];
}

/** As `ipProblems`, and written as everybody else writes it (RFC 5952). */
export function canonicalIpProblems(text: string): string[] {
  const problems = ipProblems(text);
  if (problems.length > 0 || canonicalIp(text) === text) return problems;
  return [`must be in canonical form (${JSON.stringify(canonicalIp(text))})`];
}

export function canonicalCidrProblems(text: string): string[] {
  const problems = cidrProblems(text);
  if (problems.length > 0 || canonicalCidr(text) === text) return problems;
  return [`must be in canonical form (${JSON.stringify(canonicalCidr(text))})`];
}

/** The one spelling of an address; `text` must be one. */
function canonicalIp(text: string): string {
  return isIP(text) === 6 ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}

export function canonicalCidr(text: string): string {
  const [address = "", length = ""] = text.split("/");
  return `${canonicalIp(address)}/${length}`;
}

function isMapped(text: string): boolean {
  return isIP(text) === 6 && addressBits(text, 6).startsWith("0".repeat(80) + "1".repeat(16));
}

function withoutLeadingZeros(text: string): string {
  return text.replace(/(^|[.:])0+(?=\d)/g, "$1");
}

export interface Cidr {
  /** The prefix as a string of bits, behind the version. */
  readonly bits: string;
  /** No bit is set beyond the prefix. */
  readonly exact: boolean;
}

export function parseCidr(text: string): Cidr | undefined {
  const [address = "", length = "", ...more] = text.split("/");
  const version = isIP(address);
  const size = version === 4 ? 32 : 128;
  if (version === 0 || more.length > 0 || !/^(0|[1-9]\d*)$/.test(length) || Number(length) > size) return undefined;
  const all = addressBits(address, version);
  return { bits: `${version}:${all.slice(0, Number(length))}`, exact: !all.slice(Number(length)).includes("1") };
}

export function cidrProblems(text: string): string[] {
  const cidr = parseCidr(text);
  if (cidr) return cidr.exact ? [] : ["must not have bits set beyond the prefix length"];
  const stripped = withoutLeadingZeros(text).replace(/\/0+(?=\d)/, "/");
  return parseCidr(stripped) ? ["must not have leading 0s in IP or prefix length"] : [cidrText];
}

function addressBits(address: string, version: number): string {
  const binary = (number: number, width: number) => number.toString(2).padStart(width, "0");
  if (version === 4)
    return address
      .split(".")
      .map((part) => binary(Number(part), 8))
      .join("");
  const [head = "", tail] = mixed(address).split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  return [...before, ...zeros, ...after].map((group) => binary(Number.parseInt(group, 16), 16)).join("");
}

/** `::ffff:1.2.3.4` with its last part in groups too. */
function mixed(address: string): string {
  const match = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (!match) return address;
  const [a, b, c, d] = match.slice(2).map(Number) as [number, number, number, number];
  return `${match[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
