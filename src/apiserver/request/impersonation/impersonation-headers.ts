/** Whom the `Impersonate-*` headers ask for. */
import { readHeaderText } from "../../../auth/mod.ts";
import { badRequest } from "../../errors.ts";

export interface WantedUser {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

const prefix = "impersonate-";
const extraPrefix = "impersonate-extra-";

/** Cheap, for the many that are none: the shortest is longer than the names of most headers. */
export function isImpersonationHeader(name: string): boolean {
  return name.length > prefix.length && name.toLowerCase().startsWith(prefix);
}

/**
 * Nothing where nobody is asked for. `rawHeaders` are names and values in turn, as they came: values may hold commas, so repeated headers must
 * not have been joined. Throws the 400 of a request for parts of nobody.
 */
export function wantedUser(rawHeaders: readonly string[]): WantedUser | undefined {
  const found = impersonationHeaders(rawHeaders);
  const wanted = {
    name: found.get("impersonate-user")?.[0] ?? "",
    uid: found.get("impersonate-uid")?.[0] ?? "",
    groups: found.get("impersonate-group") ?? [],
    extra: extraOf(found),
  };
  if (wanted.name !== "") return wanted;
  if (wanted.uid === "" && wanted.groups.length === 0 && Object.keys(wanted.extra).length === 0) return undefined;
  throw badRequest(`requested ${described(wanted)} without impersonating a user name`);
}

function impersonationHeaders(rawHeaders: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (!isImpersonationHeader(rawHeaders[at]!)) continue;
    const name = rawHeaders[at]!.toLowerCase();
    const values = found.get(name);
    const value = readHeaderText(rawHeaders[at + 1]!).trim();
    if (values) values.push(value);
    else found.set(name, [value]);
  }
  return found;
}

function extraOf(found: ReadonlyMap<string, readonly string[]>): Record<string, readonly string[]> {
  const entries = [...found].filter(([name]) => name.startsWith(extraPrefix));
  return Object.fromEntries(entries.map(([name, values]) => [unescaped(name.slice(extraPrefix.length)), values]));
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** Clients see what upstream's language prints. */
function described({ uid, groups, extra }: WantedUser): string {
  const list = (values: readonly string[]) => `[]string{${values.map((value) => JSON.stringify(value)).join(", ")}}`;
  const keys = Object.keys(extra).sort();
  const pairs = keys.map((key) => `${JSON.stringify(key)}:${list(extra[key]!)}`).join(", ");
  const shownGroups = groups.length > 0 ? list(groups) : "[]string(nil)";
  const shownExtra = keys.length > 0 ? `map[string][]string{${pairs}}` : "map[string][]string(nil)";
  return `&user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${shownGroups}, Extra:${shownExtra}}`;
}
