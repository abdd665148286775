/** The `continue` of a list: where the next page begins and which snapshot it is read from. Opaque to clients; the same form as upstream's. */
import { syntaxProblem } from "../../api/mod.ts";
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
      `invalid continue token: continue key is not valid: server does not recognize this encoded version ${v ?? ""}`,
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

const invalidToken = "invalid continue token: continue key is not valid:";

function parse(token: string): { v?: unknown; rv?: unknown; start?: unknown } {
  const bad = /[^A-Za-z0-9_-]/.exec(token)?.index ?? (token.length % 4 === 1 ? token.length - 1 : -1);
  if (bad >= 0) throw badRequest(`${invalidToken} illegal base64 data at input byte ${bad}`);
  const bytes = Buffer.from(token, "base64url");
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    throw badRequest(`${invalidToken} ${syntaxProblem(bytes.toString("latin1"))}`);
  }
  return {};
}
