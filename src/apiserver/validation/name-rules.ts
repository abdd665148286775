/** Rules for names. Each answers what is wrong in the words of RFC 1123, RFC 1035 and the API conventions; empty where nothing is. */
import { isIP } from "node:net";

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const label1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const nameCharacters = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValueCharacters = `(${nameCharacters})?`;

const labelPattern = new RegExp(`^${label}$`);
const subdomainPattern = new RegExp(`^${subdomain}$`);
const label1035Pattern = new RegExp(`^${label1035}$`);
const namePattern = new RegExp(`^${nameCharacters}$`);

function ruleText(message: string, pattern: string, ...examples: string[]): string {
  const list = examples.map((example) => `'${example}'`).join(",  or ");
  return `${message} (e.g. ${list}, regex used for validation is '${pattern}')`;
}

const labelText = ruleText(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label,
  "my-name",
  "123-abc",
);
const subdomainText = ruleText(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomain,
  "example.com",
);
const label1035Text = ruleText(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  label1035,
  "my-name",
  "abc-123",
);
const nameText = ruleText(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  nameCharacters,
  "MyName",
  "my.name",
  "123-abc",
);
const labelValueText = ruleText(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  labelValueCharacters,
  "MyValue",
  "my_value",
  "12345",
);
const labelKeyText = `a valid label key ${nameText} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;

const tooLongBytes = (maximum: number) => `must be no more than ${maximum} bytes`;
const tooLongCharacters = (maximum: number) => `must be no more than ${maximum} characters`;

export function dns1123Label(text: string): string[] {
  const errors: string[] = [];
  if (text.length > 63) errors.push(tooLongCharacters(63));
  if (labelPattern.test(text)) return errors;
  errors.push(subdomainPattern.test(text) ? "must not contain dots" : labelText);
  return errors;
}

export function dns1123Subdomain(text: string): string[] {
  const errors: string[] = [];
  if (text.length > 253) errors.push(tooLongCharacters(253));
  if (!subdomainPattern.test(text)) errors.push(subdomainText);
  return errors;
}

export function dns1035Label(text: string): string[] {
  const errors: string[] = [];
  if (text.length > 63) errors.push(tooLongCharacters(63));
  if (!label1035Pattern.test(text)) errors.push(label1035Text);
  return errors;
}

export function wildcardDns1123Subdomain(text: string): string[] {
  const pattern = `\\*\\.${subdomain}`;
  const errors: string[] = text.length > 253 ? [tooLongCharacters(253)] : [];
  if (new RegExp(`^${pattern}$`).test(text)) return errors;
  const message =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  return [...errors, ruleText(message, pattern, "*.example.com")];
}

/** A key of labels, annotations and the like: a name with an optional DNS subdomain and `/` before it. */
export function qualifiedName(text: string): string[] {
  const parts = text.split("/");
  if (parts.length > 2) return [labelKeyText];
  const errors: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0]!;
    if (prefix === "") errors.push("prefix part must be non-empty");
    else errors.push(...dns1123Subdomain(prefix).map((message) => `prefix part ${message}`));
  }
  const name = parts.at(-1)!;
  if (name === "") errors.push("name part must be non-empty");
  else if (name.length > 63) errors.push(`name part ${tooLongBytes(63)}`);
  if (!namePattern.test(name)) errors.push(`name part ${nameText}`);
  return errors;
}

export function labelValue(text: string): string[] {
  const errors: string[] = text.length > 63 ? [tooLongBytes(63)] : [];
  if (text !== "" && !namePattern.test(text)) errors.push(labelValueText);
  return errors;
}

/** Keys of ConfigMaps and Secrets: usable as a file name. */
export function configMapKey(text: string): string[] {
  const errors: string[] = text.length > 253 ? [tooLongCharacters(253)] : [];
  if (!/^[-._a-zA-Z0-9]+$/.test(text)) {
    const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    errors.push(ruleText(message, "[-._a-zA-Z0-9]+", "key.name", "KEY_NAME", "key-name"));
  }
  return [...errors, ...pathSegmentDots(text)];
}

function pathSegmentDots(text: string): string[] {
  if (text === ".") return ["must not be '.'"];
  if (text === "..") return ["must not be '..'"];
  return text.startsWith("..") ? ["must not start with '..'"] : [];
}

/** Names of environment variables: any printable ASCII but `=`. */
export function environmentVariableName(text: string): string[] {
  if (/^[ -<>-~]+$/.test(text)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export function cIdentifier(text: string): string[] {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return [];
  const message =
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";
  return [ruleText(message, "[A-Za-z_][A-Za-z0-9_]*", "my_name", "MY_NAME", "MyName")];
}

export function httpHeaderName(text: string): string[] {
  if (/^[-A-Za-z0-9]+$/.test(text)) return [];
  return [
    ruleText("a valid HTTP header must consist of alphanumeric characters or '-'", "[-A-Za-z0-9]+", "X-Header-Name"),
  ];
}

/** RFC 6335 service names, as container and service ports have them. */
export function portName(text: string): string[] {
  const errors: string[] = [];
  if (text.length > 15) errors.push(tooLongCharacters(15));
  if (!/^[-a-z0-9]+$/.test(text)) errors.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(text)) errors.push("must contain at least one letter (a-z)");
  if (text.includes("--")) errors.push("must not contain consecutive hyphens");
  if (text.startsWith("-") || text.endsWith("-")) errors.push("must not begin or end with a hyphen");
  return errors;
}

export function portNumber(port: number): string[] {
  return inRange(port, 1, 65535);
}

export function inRange(value: number, minimum: number, maximum: number): string[] {
  return value >= minimum && value <= maximum ? [] : [`must be between ${minimum} and ${maximum}, inclusive`];
}

export function percentage(text: string): string[] {
  return /^[0-9]+%$/.test(text)
    ? []
    : [ruleText("a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%", "1%", "93%")];
}

export function ipAddress(text: string): string[] {
  const version = isIP(text);
  return version === 0 ? ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"] : [];
}

/** Names that become part of a URL path. */
export function pathSegment(text: string): string[] {
  if (text === ".") return ["may not be '.'"];
  if (text === "..") return ["may not be '..'"];
  return ["/", "%"]
    .filter((character) => text.includes(character))
    .map((character) => `may not contain '${character}'`);
}

/** A generated name's prefix may end in a dash, which the random tail then follows. */
export function maskTrailingDash(text: string): string {
  return text.length > 1 && text.endsWith("-") ? `${text.slice(0, -2)}a` : text;
}
