import {
  type apiextensionsv1,
  dns1035LabelProblems,
  dns1123SubdomainProblems,
  isConditionTrue,
} from "../../../api/mod.ts";
import { compileValidationRules } from "../../../cel/mod.ts";
import { innerSchema } from "../../custom/schema/definition/inner-schema.ts";
import { validateDefinitionSchema } from "../../custom/schema/definition/validate-definition-schema.ts";
import { validateSelectableFields } from "../../custom/schema/selectable-fields.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { immutableField, sameJson } from "../../validation/rules.ts";
import { validateApproval } from "./api-approval.ts";
import { validateConversion } from "./conversion-validation.ts";

type Definition = apiextensionsv1.CustomResourceDefinition;
type Version = apiextensionsv1.CustomResourceDefinitionVersion;

const path = field("spec");

export function validateDefinition({ metadata, spec, status }: Definition): FieldError[] {
  const errors: FieldError[] = [];
  const wanted = `${spec.names.plural}.${spec.group}`;
  if (metadata.name !== wanted)
    errors.push(invalid(field("metadata", "name"), metadata.name, 'must be spec.names.plural+"."+spec.group'));
  return [...errors, ...validateWhole({ metadata, spec, status } as Definition)];
}

/** Its name aside, which an update cannot change. */
function validateWhole({ metadata, spec, status }: Definition): FieldError[] {
  return [
    ...validateSpec(spec),
    ...validateStored(status),
    ...validateStorage(spec, status),
    ...validateApproval(metadata, spec.group),
    ...validatePreserved(spec),
  ];
}

/** Objects will be stored in that version. */
function validateStorage({ versions = [] }: Definition["spec"], status: Definition["status"]): FieldError[] {
  const storage = versions.filter((version) => version.storage);
  const last = storage.at(-1)?.name;
  const stored = status?.storedVersions;
  if (last === undefined || !stored?.length || stored.includes(last)) return [];
  return [invalid(field("status", "storedVersions"), stored, `must have the storage version ${last}`)];
}

function validateStored(status: Definition["status"]): FieldError[] {
  if (!status || (status.storedVersions?.length ?? 0) > 0) return [];
  return [invalid(field("status", "storedVersions"), undefined, "must have at least one stored version")];
}

function validatePreserved({ preserveUnknownFields }: Definition["spec"]): FieldError[] {
  if (!preserveUnknownFields) return [];
  const why = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
  return [invalid(path.child("preserveUnknownFields"), true, why)];
}

function hasDefaults(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  if (Array.isArray(schema)) return schema.some(hasDefaults);
  return Object.entries(schema).some(([keyword, value]) => keyword === "default" || hasDefaults(value));
}

function validateSpec(spec: apiextensionsv1.CustomResourceDefinitionSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.group) errors.push(required(path.child("group")));
  else if (dns1123SubdomainProblems(spec.group).length > 0)
    errors.push(
      ...dns1123SubdomainProblems(spec.group).map((problem) => invalid(path.child("group"), spec.group, problem)),
    );
  else if (!spec.group.includes("."))
    errors.push(invalid(path.child("group"), spec.group, "should be a domain with at least one dot"));
  if (spec.scope !== "Cluster" && spec.scope !== "Namespaced")
    errors.push(
      spec.scope
        ? notSupported(path.child("scope"), spec.scope, ["Cluster", "Namespaced"])
        : required(path.child("scope")),
    );
  if (spec.preserveUnknownFields && spec.versions?.some(({ schema }) => hasDefaults(schema)))
    errors.push(
      invalid(path.child("preserveUnknownFields"), true, "must be false in order to use defaults in the schema"),
    );
  errors.push(...validateVersions(spec));
  errors.push(...validateNames(spec.names, path.child("names")));
  return [...errors, ...validateConversion(spec.conversion, path.child("conversion"))];
}

function validateVersions({
  versions = [],
  preserveUnknownFields,
}: apiextensionsv1.CustomResourceDefinitionSpec): FieldError[] {
  const at = path.child("versions");
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const places = placesOf(versions);
  for (const [position, version] of versions.entries()) {
    errors.push(...validateVersion(version, preserveUnknownFields === true, places, at.index(position)));
    if (names.has(version.name)) errors.push(invalid(at, innerVersions(versions), "must contain unique version names"));
    names.add(version.name);
  }
  const first = versions[0]?.name;
  if (first)
    errors.push(...dns1035LabelProblems(first).map((problem) => invalid(path.child("version"), first, problem)));
  if (versions.filter((version) => version.storage).length !== 1)
    errors.push(invalid(at, innerVersions(versions), "must have exactly one version marked as storage version"));
  return errors;
}

/** As upstream prints them, by their inner names; what all have in common stands elsewhere there. */
function innerVersions(versions: readonly Version[]): unknown {
  if (versions.length === 0) return null;
  const common = (key: keyof Version) => versions.every((version) => sameJson(version[key], versions[0]?.[key]));
  const own = <K extends keyof Version>(
    version: Version,
    key: K,
    print: (value: NonNullable<Version[K]>) => unknown,
  ) => (common(key) || version[key] === undefined ? null : print(version[key]!));
  return versions.map((version) => ({
    Name: version.name,
    Served: version.served ?? false,
    Storage: version.storage ?? false,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: own(version, "schema", ({ openAPIV3Schema: schema }) => ({
      OpenAPIV3Schema: schema ? innerSchema(schema) : null,
    })),
    Subresources: own(version, "subresources", innerSubresources),
    AdditionalPrinterColumns: own(version, "additionalPrinterColumns", (columns) => columns.map(innerColumn)),
    SelectableFields: own(version, "selectableFields", (fields) =>
      fields.map(({ jsonPath }) => ({ JSONPath: jsonPath })),
    ),
  }));
}

function innerSubresources({ status, scale }: apiextensionsv1.CustomResourceSubresources): object {
  const { specReplicasPath = "", statusReplicasPath = "", labelSelectorPath = null } = scale ?? {};
  const paths = {
    SpecReplicasPath: specReplicasPath,
    StatusReplicasPath: statusReplicasPath,
    LabelSelectorPath: labelSelectorPath,
  };
  return { Status: status ?? null, Scale: scale ? paths : null };
}

function innerColumn(column: apiextensionsv1.CustomResourceColumnDefinition): object {
  const { name, type, format = "", description = "", priority = 0, jsonPath } = column;
  return { Name: name, Type: type, Format: format, Description: description, Priority: priority, JSONPath: jsonPath };
}

function validateVersion(version: Version, preserved: boolean, places: Places, at: FieldPath): FieldError[] {
  const errors = dns1035LabelProblems(version.name).map((problem) => invalid(at.child("name"), version.name, problem));
  const schema = version.schema?.openAPIV3Schema;
  if (!schema) errors.push(required(at.child("schema", "openAPIV3Schema")));
  else errors.push(...validateSchema(version, schema, preserved, places.schema(at).child("openAPIV3Schema")));
  errors.push(...validateDeprecation(version, at.child("deprecationWarning")));
  const scale = version.subresources?.scale;
  if (scale) errors.push(...validateScale(scale, places.own("subresources", at).child("scale")));
  for (const [position, column] of (version.additionalPrinterColumns ?? []).entries())
    errors.push(...validateColumn(column, places.own("additionalPrinterColumns", at).index(position)));
  if (!schema && version.selectableFields?.length) {
    const why = "may only be set when `version.schema.openAPIV3Schema` is not included";
    errors.push(invalid(places.own("selectableFields", at), "", why));
  }
  if (schema && version.selectableFields)
    errors.push(...validateSelectableFields(version.selectableFields, schema, places.own("selectableFields", at)));
  return errors;
}

function validateDeprecation({ deprecated, deprecationWarning: text }: Version, at: FieldPath): FieldError[] {
  if (text === undefined) return [];
  const errors = deprecated ? [] : [invalid(at, text, "can only be set for deprecated versions")];
  if (text.length > 256) errors.push(invalid(at, text, "must be <= 256 characters long"));
  if (text === "") errors.push(invalid(at, text, "must not be an empty string"));
  const strange = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(text);
  if (!strange) return errors;
  const position = Buffer.byteLength(text.slice(0, strange.index));
  const why = `must only contain printable UTF-8 characters; non-printable character found at index ${position}`;
  return [...errors, invalid(at, text, why)];
}

type Schema = apiextensionsv1.JSONSchemaProps;

/** Rules are compiled against the schema, so that must be sound first. */
function validateSchema({ subresources }: Version, schema: Schema, preserved: boolean, at: FieldPath): FieldError[] {
  const statusSubresource = subresources?.status !== undefined;
  const errors = validateDefinitionSchema(schema, at, { statusSubresource, structural: !preserved });
  if (errors.length > 0 || preserved) return errors;
  return [...compileValidationRules(schema as Parameters<typeof compileValidationRules>[0], at.toString()).errors];
}

/** Where errors are reported: what all versions have in common once, at the top, as in the first version of definitions. */
interface Places {
  schema(at: FieldPath): FieldPath;
  own(key: "subresources" | "additionalPrinterColumns" | "selectableFields", at: FieldPath): FieldPath;
}

function placesOf(versions: readonly Version[]): Places {
  const common = (key: keyof Version) => versions.every((version) => sameJson(version[key], versions[0]?.[key]));
  return {
    schema: (at) => (common("schema") ? path.child("validation") : at.child("schema")),
    own: (key, at) => (common(key) ? path : at).child(key),
  };
}

function validateScale(scale: apiextensionsv1.CustomResourceSubresourceScale, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const roots = { specReplicasPath: ".spec", statusReplicasPath: ".status" } as const;
  for (const [key, root] of Object.entries(roots) as [keyof typeof roots, string][]) {
    const value = scale[key];
    if (!value) errors.push(required(at.child(key)));
    else if (!value.startsWith("."))
      errors.push(invalid(at.child(key), value, "must be a simple json path starting with ."));
    else if (!value.startsWith(`${root}.`))
      errors.push(invalid(at.child(key), value, `should be a json path under ${root}`));
  }
  const selector = scale.labelSelectorPath;
  if (selector && !selector.startsWith("."))
    errors.push(invalid(at.child("labelSelectorPath"), selector, "must be a simple json path starting with ."));
  else if (selector && !selector.startsWith(".spec.") && !selector.startsWith(".status."))
    errors.push(
      invalid(at.child("labelSelectorPath"), selector, "should be a json path under either .spec or .status"),
    );
  return errors;
}

const columnTypes = ["boolean", "date", "integer", "number", "string"];
const columnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

function validateColumn(column: apiextensionsv1.CustomResourceColumnDefinition, at: FieldPath): FieldError[] {
  const errors: FieldError[] = column.name ? [] : [required(at.child("name"))];
  if (!column.type) errors.push(required(at.child("type"), `must be one of ${columnTypes.join(",")}`));
  else if (!columnTypes.includes(column.type))
    errors.push(invalid(at.child("type"), column.type, `must be one of ${columnTypes.join(",")}`));
  if (column.format && !columnFormats.includes(column.format))
    errors.push(invalid(at.child("format"), column.format, `must be one of ${columnFormats.join(",")}`));
  if (!column.jsonPath) errors.push(required(at.child("JSONPath")));
  else if (!column.jsonPath.startsWith("."))
    errors.push(invalid(at.child("JSONPath"), column.jsonPath, "must be a simple json path starting with ."));
  return errors;
}

function validateNames(names: apiextensionsv1.CustomResourceDefinitionNames, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const label = (key: "plural" | "singular", value: string | undefined) => {
    for (const problem of value ? dns1035LabelProblems(value) : []) errors.push(invalid(at.child(key), value, problem));
  };
  const kind = (key: "kind" | "listKind", value: string | undefined) => {
    for (const problem of value ? dns1035LabelProblems(value.toLowerCase()) : [])
      errors.push(invalid(at.child(key), value, `may have mixed case, but should otherwise match: ${problem}`));
  };
  label("plural", names.plural);
  label("singular", names.singular);
  kind("kind", names.kind);
  kind("listKind", names.listKind);
  for (const key of ["shortNames", "categories"] as const)
    for (const [position, name] of (names[key] ?? []).entries())
      for (const problem of dns1035LabelProblems(name))
        errors.push(invalid(at.child(key).index(position), name, problem));
  if (!names.plural) errors.push(required(at.child("plural")));
  if (!names.singular) errors.push(required(at.child("singular")));
  if (!names.kind) errors.push(required(at.child("kind")));
  if (!names.listKind) errors.push(required(at.child("listKind")));
  if (names.kind && names.kind === names.listKind)
    errors.push(invalid(at.child("listKind"), names.listKind, "kind and listKind may not be the same"));
  return errors;
}

export function validateDefinitionUpdate(object: Definition, old: Definition, context: RequestContext): FieldError[] {
  if (context.subresource === "status") return [];
  const errors = validateWhole(object);
  const established = isConditionTrue(old.status?.conditions, "Established");
  if (established) {
    errors.push(...immutableField(object.spec.scope, old.spec.scope, path.child("scope")));
    errors.push(...immutableField(object.spec.names.kind, old.spec.names.kind, path.child("names", "kind")));
  }
  errors.push(...immutableField(object.spec.group, old.spec.group, path.child("group")));
  errors.push(...immutableField(object.spec.names.plural, old.spec.names.plural, path.child("names", "plural")));
  return [...errors, ...keepStoredVersions(object, old)];
}

/** A version in which objects may still be stored cannot go. */
function keepStoredVersions({ spec }: Definition, { status }: Definition): FieldError[] {
  const served = new Set(spec.versions.map(({ name }) => name));
  return (status?.storedVersions ?? []).flatMap((name, position) => {
    if (served.has(name)) return [];
    const text = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    return [invalid(field("status", "storedVersions").index(position), name, text)];
  });
}
