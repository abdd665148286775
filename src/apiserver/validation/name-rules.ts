/** Rules for names beyond those of the API itself. Each answers what is wrong; empty where nothing is. */
import { dns1123LabelProblems, dns1123SubdomainProblems, pathSegmentProblems } from "../../api/mod.ts";

/** Answers what is wrong with a name; `prefix`: the text is a generateName, to which a random tail is added. */
export type NameRule = (name: string, prefix: boolean) => readonly string[];

export const subdomainName: NameRule = (name, prefix) =>
  dns1123SubdomainProblems(prefix ? maskTrailingDash(name) : name);
/** Names that were free before there were rules for them: anything that can stand in a path. */
export const pathName: NameRule = (name) => pathSegmentProblems(name);
export const labelName: NameRule = (name, prefix) => dns1123LabelProblems(prefix ? maskTrailingDash(name) : name);

/** A generated name's prefix may end in a dash, which the random tail then follows. */
function maskTrailingDash(text: string): string {
  return text.length > 1 && text.endsWith("-") ? `${text.slice(0, -2)}a` : text;
}

export function wildcardSubdomainProblems(text: string): string[] {
  const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  const pattern = `\\*\\.${label}(\\.${label})*`;
  const errors: string[] = text.length > 253 ? ["must be no more than 253 characters"] : [];
  if (new RegExp(`^${pattern}$`).test(text)) return errors;
  const rule =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  return [...errors, `${rule} (e.g. '*.example.com', regex used for validation is '${pattern}')`];
}

export function rangeProblems(value: number, minimum: number, maximum: number): string[] {
  return value >= minimum && value <= maximum ? [] : [`must be between ${minimum} and ${maximum}, inclusive`];
}

export function percentProblems(text: string): string[] {
  if (/^[0-9]+%$/.test(text)) return [];
  const rule = "a valid percent string must be a numeric string followed by an ending '%'";
  return [`${rule} (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`];
}
