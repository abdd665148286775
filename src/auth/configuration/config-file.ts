/** Configuration files: one document of a group, a version and a kind. */
import { readFileSync } from "node:fs";
import { parseYaml } from "../../api/mod.ts";
import { ConfigurationError, refuse } from "./configuration-error.ts";

export interface ConfigFileForm {
  readonly shape: Shape;
  /** Default: `apiserver.config.k8s.io`. */
  readonly group?: string;
  /** Default: v1 and the versions before it. */
  readonly versions?: readonly string[];
}

const usualGroup = "apiserver.config.k8s.io";
const usualVersions = ["v1", "v1beta1", "v1alpha1"];

/** The fields that a document may have: `true` for whatever they hold. */
export type Shape = true | readonly [Shape] | { readonly [field: string]: Shape };

/** The document of the file, of this kind. Throws `ConfigurationError`; a misspelt field is one, as it could open a door. */
export function readConfigFile<T>(file: string, kind: string, form: ConfigFileForm): T {
  const { shape, group = usualGroup, versions = usualVersions } = form;
  const text = readText(file);
  const document = parsed(file, text) as { readonly apiVersion?: string; readonly kind?: string } | undefined;
  const [foundGroup, version = ""] = (document?.apiVersion ?? "").split("/");
  if (document?.kind !== kind || foundGroup !== group || !versions.includes(version))
    throw new ConfigurationError(
      `${file}: expected ${kind} of ${group}/v1, found ${document?.kind ?? "nothing"} of ${document?.apiVersion ?? "no group"}`,
    );
  const { apiVersion: _, kind: __, ...content } = document;
  requireKnownFields(content, shape, "");
  return content as T;
}

function requireKnownFields(value: unknown, shape: Shape, path: string): void {
  if (shape === true || value === undefined || value === null) return;
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) refuse(path, "must be a list");
    for (const [index, item] of value.entries()) requireKnownFields(item, shape[0], `${path}[${index}]`);
    return;
  }
  if (typeof value !== "object" || Array.isArray(value)) refuse(path, "must be an object");
  for (const [name, field] of Object.entries(value)) {
    const at = path === "" ? name : `${path}.${name}`;
    const known = (shape as Readonly<Record<string, Shape>>)[name] ?? refuse(at, "unknown field");
    requireKnownFields(field, known, at);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigurationError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`, { cause: error });
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new ConfigurationError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
