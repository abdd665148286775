/** Tells a server behind this one who asks: the request headers that it believes beside the front proxy's client certificate. */
import { type User, writeHeaderText } from "../../auth/mod.ts";

/** Where extension servers look, as `extension-apiserver-authentication` tells them. */
export const identityHeaderNames = Object.freeze({
  user: "X-Remote-User",
  uid: "X-Remote-Uid",
  group: "X-Remote-Group",
  extraPrefix: "X-Remote-Extra-",
});

/** One header line for each value: a group may contain a comma. */
export function identityHeaders({ name, uid, groups, extra = {} }: User): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { [identityHeaderNames.user]: writeHeaderText(name) };
  if (uid) headers[identityHeaderNames.uid] = writeHeaderText(uid);
  if (groups.length > 0) headers[identityHeaderNames.group] = groups.map(writeHeaderText);
  for (const [key, values] of Object.entries(extra))
    if (values.length > 0) headers[identityHeaderNames.extraPrefix + escapeKey(key)] = values.map(writeHeaderText);
  return headers;
}

/** Keys may hold what header names must not (RFC 9110, 5.6.2), and lose their case on the way. */
function escapeKey(key: string): string {
  return [...Buffer.from(key.toLowerCase())]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[0-9a-z!#$&'*+\-.^_`|~]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}
