/** The schema of a custom resource as OpenAPI has it, with what every object and every list has. */
import type { Descriptions, OpenApiNode, TypeNames } from "../../../api/mod.ts";
import { type Dialect, publishedNode } from "./published-node.ts";
import type { JsonSchema } from "./structural-node.ts";

export interface PublishedResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly schema: JsonSchema | undefined;
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
  /** Of the whole definition: nothing can be said about its objects then. */
  readonly preserveUnknownFields?: boolean;
}

/** For `OpenApiOptions.extraDefinitions`, of that dialect. */
export type Definitions = Readonly<Record<string, OpenApiNode>>;

/** `com.example.stable.v1.CronTab`, as built-in types are called `io.k8s.api.apps.v1.Deployment`. */
export function publishedNames({ group, version, kind, listKind }: Omit<PublishedResource, "schema">): TypeNames {
  const prefix = [...group.split(".").reverse(), version].join(".");
  return { object: `${prefix}.${kind}`, list: `${prefix}.${listKind}` };
}

/** The object's definition and its list's; what they refer to is there for built-in types. */
export function publishedSchema(
  dialect: Dialect,
  resource: PublishedResource,
  descriptions: Descriptions,
): Definitions {
  const names = publishedNames(resource);
  return {
    [names.object]: objectDefinition(dialect, resource, descriptions),
    [names.list]: listDefinition(dialect, resource, names, descriptions),
  };
}

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1";
/** A type whose texts about apiVersion, kind and metadata are those of every type. */
const example = "io.k8s.api.core.v1.ConfigMap";

const conventions = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";
/** `kubectl explain` shows them, and clients look for them. */
const metadataText = `Standard object's metadata. More info: ${conventions}#metadata`;
const listMetadataText = `Standard list metadata. More info: ${conventions}#types-kinds`;

function reference(dialect: Dialect, name: string): OpenApiNode {
  return { $ref: `#/${dialect === "v2" ? "definitions" : "components/schemas"}/${name}` };
}

function described(text: string | undefined): OpenApiNode {
  return text === undefined ? {} : { description: text };
}

function objectDefinition(dialect: Dialect, resource: PublishedResource, descriptions: Descriptions): OpenApiNode {
  const { schema, group, version, kind } = resource;
  const kinds = [{ group, kind, version }];
  const selectable = selectableNode(resource);
  const open = resource.preserveUnknownFields || schema?.["x-kubernetes-preserve-unknown-fields"];
  // Clients that check objects by v2 would refuse what is not listed, so nothing is listed.
  if (!schema || (dialect === "v2" && open))
    return { type: "object", "x-kubernetes-group-version-kind": kinds, ...selectable };
  const own = publishedNode(dialect, schema, (properties) => ownProperties(dialect, properties, descriptions));
  own["properties"] = ownProperties(dialect, (own["properties"] ?? {}) as OpenApiNode, descriptions);
  return { ...own, "x-kubernetes-group-version-kind": kinds, ...selectable };
}

function selectableNode({ selectableFields }: PublishedResource): OpenApiNode {
  if (!selectableFields?.length) return {};
  return {
    "x-kubernetes-selectable-fields": selectableFields.map(({ jsonPath }) => ({ fieldPath: jsonPath.slice(1) })),
  };
}

/** What objects have beside their own fields; a schema's own restrictions of names are not published. */
function ownProperties(dialect: Dialect, properties: OpenApiNode, descriptions: Descriptions): OpenApiNode {
  const text = (name: string) => ({ ...described(descriptions.field(example, name)), type: "string" });
  const metadata = { description: metadataText, ...metadataNode(dialect, "ObjectMeta") };
  return { ...properties, apiVersion: text("apiVersion"), kind: text("kind"), metadata };
}

function metadataNode(dialect: Dialect, name: string): OpenApiNode {
  const node = reference(dialect, `${meta}.${name}`);
  return dialect === "v2" ? node : { allOf: [node] };
}

function listDefinition(
  dialect: Dialect,
  resource: PublishedResource,
  names: TypeNames,
  descriptions: Descriptions,
): OpenApiNode {
  const { group, version, kind, listKind, plural } = resource;
  const text = (name: string) => ({ ...described(descriptions.field(`${example}List`, name)), type: "string" });
  return {
    description: `${listKind} is a list of ${kind}`,
    type: "object",
    required: ["items"],
    properties: {
      apiVersion: text("apiVersion"),
      items: {
        description: `List of ${plural}. More info: ${conventions}`,
        type: "array",
        items: reference(dialect, names.object),
      },
      kind: text("kind"),
      metadata: { description: listMetadataText, ...metadataNode(dialect, "ListMeta") },
    },
    "x-kubernetes-group-version-kind": [{ group, kind: listKind, version }],
    ...selectableNode(resource),
  };
}
