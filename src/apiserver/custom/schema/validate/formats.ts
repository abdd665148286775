/** The formats of texts that are checked. Unknown formats, and those that are only a hint (`password`), allow everything. */
import { isIP, isIPv4 } from "node:net";
import { isDns1123Label, isDns1123Subdomain } from "../../../../api/mod.ts";
import { isCreditCard, isIsbn10, isIsbn13 } from "./check-digits.ts";

export type FormatRule = (text: string) => boolean;

/** Dashes in a format's name do not count: `date-time` is `datetime`. */
export function formatRule(name: string): FormatRule | undefined {
  return rules.get(name) ?? rules.get(name.replaceAll("-", ""));
}

const shape =
  (pattern: RegExp): FormatRule =>
  (text) =>
    pattern.test(text);

const channel = "\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*";
const uuid = (third: string, fourth: string) =>
  shape(new RegExp(`^[0-9A-F]{8}-?[0-9A-F]{4}-?${third}-?${fourth}-?[0-9A-F]{12}$`, "i"));

const table: Readonly<Record<string, FormatRule>> = {
  bsonobjectid: shape(/^[0-9a-fA-F]{24}$/),
  uri: isUri,
  email: isEmail,
  hostname: isHostName,
  ipv4: isIPv4,
  ipv6: (text) => isIP(text) === 6 && !text.includes("%"),
  cidr: isCidr,
  mac: isMac,
  uuid: uuid("[0-9A-F]{4}", "[0-9A-F]{4}"),
  uuid3: uuid("3[0-9A-F]{3}", "[0-9A-F]{4}"),
  uuid4: uuid("4[0-9A-F]{3}", "[89AB][0-9A-F]{3}"),
  uuid5: uuid("5[0-9A-F]{3}", "[89AB][0-9A-F]{3}"),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: shape(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: shape(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: shape(new RegExp(`^rgb\\(${channel},${channel},${channel}\\)$`)),
  byte: shape(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  date: isDate,
  datetime: isDateTime,
  duration: isDuration,
  "k8s-short-name": isDns1123Label,
  "k8s-long-name": isDns1123Subdomain,
};
const rules: ReadonlyMap<string, FormatRule> = new Map(Object.entries(table));

/** An absolute URI, or an absolute path. */
function isUri(text: string): boolean {
  if (/[\s\p{Cc}]/u.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return false;
  return text.startsWith("/") || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text);
}

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uffff-]+";
const address = `(?:${atom}(?:\\.${atom})*|"(?:[^"\\\\\\r\\n]|\\\\.)*")@(?:${atom}(?:\\.${atom})*|\\[[^\\[\\]\\\\]*\\])`;
const mailbox = new RegExp(`^\\s*(?:${address}|(?:[^<>"@,]+|"(?:[^"\\\\]|\\\\.)*")?\\s*<${address}>)\\s*$`);

function isEmail(text: string): boolean {
  return mailbox.test(text);
}

const label = "[a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)";
const inner = "[a-zA-Z0-9\\p{S}\\p{L}](([a-zA-Z0-9\\p{S}\\p{L}-]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)";
const hostName = new RegExp(`^(${label}|(${inner}\\.)+[a-zA-Z\\p{L}]{2,63})$`, "u");

function isHostName(text: string): boolean {
  return text.length <= 255 && text.split(".").every((part) => part.length <= 63) && hostName.test(text);
}

function isCidr(text: string): boolean {
  const [ip = "", length = "", ...more] = text.split("/");
  const version = isIP(ip);
  if (version === 0 || more.length > 0 || !/^\d{1,3}$/.test(length)) return false;
  return Number(length) <= (version === 4 ? 32 : 128);
}

/** Of 6, 8 or 20 octets, in pairs with colons or dashes, or in groups of four with dots. */
function isMac(text: string): boolean {
  const pairs = /^[0-9a-fA-F]{2}(?:(:)[0-9a-fA-F]{2}|(-)[0-9a-fA-F]{2})+$/.test(text) && !/:.*-|-.*:/.test(text);
  if (pairs) return [17, 23, 59].includes(text.length);
  return /^[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4})+$/.test(text) && [14, 19, 49].includes(text.length);
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}

function isDateTime(text: string): boolean {
  const [date = "", time = "", ...more] = text.toLowerCase().split("t");
  if (more.length > 0 || !isDate(date)) return false;
  const match = /^(\d\d):(\d\d):(\d\d)(.\d+)?(z|[+-]\d\d:\d\d)$/.exec(time);
  return match !== null && Number(match[1]) <= 23 && Number(match[2]) <= 59 && Number(match[3]) <= 59;
}

const units = "ns|us|µs|μs|ms|s|m|h";
const goDuration = new RegExp(`^[+-]?(?:0|(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:${units}))+)$`);
const longUnits =
  /^(?:ns|nano|nanos?|nanoseconds?|us|µs|micro|micros?|microseconds?|ms|milli|millis?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|wk|wks)$/i;

/** Go's durations, and words: `3 days`. */
function isDuration(text: string): boolean {
  if (goDuration.test(text)) return true;
  const parts = [...text.matchAll(/\d+\s*([A-Za-zµ]+)/g)];
  return parts.some(([, unit = ""]) => longUnits.test(unit));
}
