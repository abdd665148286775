/**
 * Rules for names, label keys and values, ports: each `…Problems` answers what is wrong with the text, in the words that clients of the API
 * match on, and nothing where all is well.
 */

const label1123 = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain1123 = `${label1123}(\\.${label1123})*`;
const label1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const qualifiedPart = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValue = `(${qualifiedPart})?`;
const cIdentifier = "[A-Za-z_][A-Za-z0-9_]*";
const configKey = "[-._a-zA-Z0-9]+";
const headerName = "[-A-Za-z0-9]+";

const whole = (pattern: string) => new RegExp(`^${pattern}$`);
const isLabel1123 = whole(label1123);
const isSubdomain1123 = whole(subdomain1123);
const isLabel1035 = whole(label1035);
const isQualifiedPart = whole(qualifiedPart);
const isLabelValueText = whole(labelValue);
const isCIdentifierText = whole(cIdentifier);
const isConfigKeyText = whole(configKey);
const isHeaderNameText = whole(headerName);

/** Upstream's sentence about a pattern: the rule, examples, the expression. */
function mismatch(rule: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}'`).join(",  or ");
  return `${rule} (e.g. ${shown}, regex used for validation is '${pattern}')`;
}

const label1123Text = mismatch(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label1123,
  "my-name",
  "123-abc",
);
const subdomain1123Text = mismatch(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomain1123,
  "example.com",
);
const label1035Text = mismatch(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  label1035,
  "my-name",
  "abc-123",
);
const partRule =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const partText = mismatch(`name part ${partRule}`, qualifiedPart, "MyName", "my.name", "123-abc");
const keyText = `${mismatch(`a valid label key ${partRule}`, qualifiedPart, "MyName", "my.name", "123-abc")} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
const labelValueText = mismatch(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  labelValue,
  "MyValue",
  "my_value",
  "12345",
);
const configKeyText = mismatch(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  configKey,
  "key.name",
  "KEY_NAME",
  "key-name",
);
const headerNameText = mismatch(
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  headerName,
  "X-Header-Name",
);
const cIdentifierText = mismatch(
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  cIdentifier,
  "my_name",
  "MY_NAME",
  "MyName",
);

function problems(text: string, longest: number, unit: string, pattern: RegExp, sentence: string): string[] {
  const fits = pattern.test(text);
  // What fits a pattern has a byte for each character.
  if (fits && text.length <= longest) return [];
  const long = byteLength(text) > longest ? [`must be no more than ${longest} ${unit}`] : [];
  return fits ? long : [...long, sentence];
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

export function dns1123LabelProblems(text: string): string[] {
  // What would do as a subdomain is told what is in the way.
  const sentence = text.includes(".") && isSubdomain1123.test(text) ? "must not contain dots" : label1123Text;
  return problems(text, 63, "characters", isLabel1123, sentence);
}

export function dns1123SubdomainProblems(text: string): string[] {
  return problems(text, 253, "characters", isSubdomain1123, subdomain1123Text);
}

export function dns1035LabelProblems(text: string): string[] {
  return problems(text, 63, "characters", isLabel1035, label1035Text);
}

export function labelValueProblems(text: string): string[] {
  return problems(text, 63, "bytes", isLabelValueText, labelValueText);
}

/** Label and annotation keys, finalizers, resource names: a name, perhaps with a subdomain before it. */
export function qualifiedNameProblems(text: string): string[] {
  const slash = text.indexOf("/");
  if (slash !== text.lastIndexOf("/")) return [keyText];
  const name = slash < 0 ? text : text.slice(slash + 1);
  const prefix = slash < 0 ? [] : prefixProblems(text.slice(0, slash));
  if (name === "") return [...prefix, "name part must be non-empty", partText];
  const fits = isQualifiedPart.test(name);
  if (fits && name.length <= 63) return prefix;
  const long = byteLength(name) > 63 ? ["name part must be no more than 63 bytes"] : [];
  return [...prefix, ...long, ...(fits ? [] : [partText])];
}

function prefixProblems(prefix: string): string[] {
  if (prefix === "") return ["prefix part must be non-empty"];
  const found = problems(prefix, 253, "bytes", isSubdomain1123, subdomain1123Text);
  return found.map((problem) => `prefix part ${problem}`);
}

export function configMapKeyProblems(text: string): string[] {
  const found = problems(text, 253, "characters", isConfigKeyText, configKeyText);
  if (text === ".") return [...found, "must not be '.'"];
  if (text === "..") return [...found, "must not be '..'"];
  return text.startsWith("..") ? [...found, "must not start with '..'"] : found;
}

export function httpHeaderNameProblems(text: string): string[] {
  return isHeaderNameText.test(text) ? [] : [headerNameText];
}

export function cIdentifierProblems(text: string): string[] {
  return isCIdentifierText.test(text) ? [] : [cIdentifierText];
}

export function environmentVariableNameProblems(text: string): string[] {
  if (text !== "" && /^[ -<>-~]*$/.test(text)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** The name of a port as probes and services refer to it (an IANA service name). */
export function portNameProblems(text: string): string[] {
  const found: string[] = [];
  if (text.length > 15) found.push("must be no more than 15 characters");
  if (!/^[-a-z0-9]+$/.test(text)) found.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(text)) found.push("must contain at least one letter (a-z)");
  if (text.includes("--")) found.push("must not contain consecutive hyphens");
  if (/^-|-$/.test(text)) found.push("must not begin or end with a hyphen");
  return found;
}

export function portNumberProblems(port: number): string[] {
  return port >= 1 && port <= 65_535 ? [] : ["must be between 1 and 65535, inclusive"];
}

/** Rules for names that become one segment of a path. */
export function pathSegmentProblems(text: string): string[] {
  if (text === "." || text === "..") return [`may not be '${text}'`];
  return ["/", "%"].filter((illegal) => text.includes(illegal)).map((illegal) => `may not contain '${illegal}'`);
}

export const isDns1123Label = (text: string): boolean => dns1123LabelProblems(text).length === 0;
export const isDns1123Subdomain = (text: string): boolean => dns1123SubdomainProblems(text).length === 0;
