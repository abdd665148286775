/** The `continue` of a list: where the next page begins and which snapshot it is read from. Opaque to clients; the same form as upstream's. */
import { badRequest } from "../errors.ts";

const tokenVersion = "meta.k8s.io/v1";

export interface ContinueToken {
  /** Snapshot of the list; -1: whatever is newest. */
  readonly revision: number;
  /** The last key that was listed, without the prefix of the list. */
  readonly after: string;
}

export function encodeContinue({ revision, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: tokenVersion, rv: revision, start: `${after}\u0000` })).toString("base64url");
}

export function decodeContinue(token: string): ContinueToken {
  const { v, rv, start } = parse(token);
  if (v !== tokenVersion)
    throw badRequest(
      `invalid continue token: continue key is not valid: server does not recognize this encoded version ${v}`,
    );
  if (!Number.isSafeInteger(rv) || rv === 0)
    throw badRequest(
      `invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)`,
    );
  if (typeof start !== "string" || start === "")
    throw badRequest(
      "invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)",
    );
  const after = start.endsWith("\0") ? start.slice(0, -1) : start;
  if (after.startsWith("/") || after.split("/").includes(".."))
    throw badRequest(`invalid continue token: continue key is not valid: ${after}`);
  return { revision: rv as number, after };
}

function parse(token: string): { v?: unknown; rv?: unknown; start?: unknown } {
  const bytes = Buffer.from(token, "base64url");
  const text = bytes.toString("utf8");
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Falls through to the same answer as a value of another shape.
  }
  const first =
    text === ""
      ? "unexpected end of JSON input"
      : `invalid character '${String.fromCharCode(bytes[0]!)}' looking for beginning of value`;
  throw badRequest(`invalid continue token: continue key is not valid: ${first}`);
}
