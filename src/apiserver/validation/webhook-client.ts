/** Webhooks of all kinds: where they are, and which reviews they understand. */
import { type admissionregistrationv1, dns1035LabelProblems, dns1123SubdomainProblems } from "../../api/mod.ts";
import { type FieldError, invalid, required } from "./field-error.ts";
import type { FieldPath } from "./field-path.ts";
import { textErrors } from "./rules.ts";

const knownReviewVersions: ReadonlySet<string> = new Set(["v1", "v1beta1"]);

export function validateClientConfig(
  { url, service }: Partial<admissionregistrationv1.WebhookClientConfig>,
  path: FieldPath,
): FieldError[] {
  if ((url === undefined) === (service === undefined))
    return [required(path, "exactly one of url or service is required")];
  return url === undefined ? validateService(service!, path.child("service")) : validateUrl(url, path.child("url"));
}

function validateService(service: admissionregistrationv1.ServiceReference, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  // Upstream takes the one for the other.
  if (!service.namespace) errors.push(required(at.child("name")));
  if (!service.name) errors.push(required(at.child("namespace")));
  const port = service.port ?? 443;
  if (port < 1 || port > 65535)
    errors.push(invalid(at.child("port"), port, "port is not valid: must be between 1 and 65535, inclusive"));
  return [...errors, ...validatePath(service.path ?? "", at.child("path"))];
}

/** A slash at the end is no segment of its own. */
function validatePath(path: string, at: FieldPath): FieldError[] {
  if (path === "" || path === "/") return [];
  const errors = path.startsWith("/") ? [] : [invalid(at, path, "must start with a '/'")];
  const segments = path
    .slice(1)
    .replace(/(.)\/$/, "$1")
    .replace(/^\/$/, "")
    .split("/");
  for (const [position, segment] of segments.entries()) {
    const problems = segment
      ? dns1123SubdomainProblems(segment).map((problem) => `: ${problem}`)
      : [" may not be empty"];
    for (const problem of problems) errors.push(invalid(at, path, `segment[${position}]${problem}`));
  }
  return errors;
}

const form = "https://host[/path]";
/** Scheme, user, host, query, fragment. Any part may be missing, as where Go reads it. */
const urlParts = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^/?#]*)@)?([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s;

function validateUrl(text: string, path: FieldPath): FieldError[] {
  if (text.startsWith(":")) {
    const problem = `parse ${JSON.stringify(text)}: missing protocol scheme`;
    return [required(path, `url must be a valid URL: ${problem}; desired format: ${form}`)];
  }
  const [, scheme = "", user, host = "", query = "", fragment = ""] = urlParts.exec(text) ?? [];
  const errors: FieldError[] = [];
  if (scheme !== "https")
    errors.push(invalid(path, scheme, `'https' is the only allowed URL scheme; desired format: ${form}`));
  if (host === "") errors.push(invalid(path, host, `host must be specified; desired format: ${form}`));
  if (user !== undefined) errors.push(invalid(path, user, "user information is not permitted in the URL"));
  if (fragment !== "") errors.push(invalid(path, fragment, "fragments are not permitted in the URL"));
  if (query !== "") errors.push(invalid(path, query, "query parameters are not permitted in the URL"));
  return errors;
}

/** Of which there are some. */
export function validateReviewVersions(versions: readonly string[], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  const errors = versions.flatMap((version, position) => {
    const again = seen.has(version);
    seen.add(version);
    if (again) return [invalid(path.index(position), version, "duplicate version")];
    return textErrors(version, dns1035LabelProblems, path.index(position));
  });
  if (versions.some((version) => knownReviewVersions.has(version))) return errors;
  return [...errors, invalid(path, versions, "must include at least one of v1, v1beta1")];
}
