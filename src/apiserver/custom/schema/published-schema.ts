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

function reference(dialect: Dialect, name: string): OpenApiNode {
  return { $ref: `#/${dialect === "v2" ? "definitions" : "components/schemas"}/${name}` };
}

function described(text: string | undefined): OpenApiNode {
  return text === undefined ? {} : { description: text };
}

function objectDefinition(dialect: Dialect, resource: PublishedResource, descriptions: Descriptions): OpenApiNode {
  const { schema, group, version, kind } = resource;
  const kinds = [{ group, kind, version }];
  const open = resource.preserveUnknownFields || schema?.["x-kubernetes-preserve-unknown-fields"];
  // Clients that check objects by v2 would refuse what is not listed, so nothing is listed.
  if (!schema || (dialect === "v2" && open)) return { type: "object", "x-kubernetes-group-version-kind": kinds };
  const own = publishedNode(dialect, schema, (properties) => ownProperties(dialect, properties, descriptions));
  own["properties"] = ownProperties(dialect, (own["properties"] ?? {}) as OpenApiNode, descriptions);
  return { ...own, "x-kubernetes-group-version-kind": kinds };
}

/** What objects have beside their own fields; a schema's own restrictions of names are not published. */
function ownProperties(dialect: Dialect, properties: OpenApiNode, descriptions: Descriptions): OpenApiNode {
  const text = (name: string) => ({ ...described(descriptions.field(example, name)), type: "string" });
  const metadata = { ...described(descriptions.field(example, "metadata")), ...metadataNode(dialect, "ObjectMeta") };
  return { ...properties, apiVersion: text("apiVersion"), kind: text("kind"), metadata };
}

function metadataNode(dialect: Dialect, name: string): OpenApiNode {
  const node = reference(dialect, `${meta}.${name}`);
  return dialect === "v2" ? node : { allOf: [node] };
}

function listDefinition(
  dialect: Dialect,
  { group, version, kind, listKind, plural }: PublishedResource,
  names: TypeNames,
  descriptions: Descriptions,
): OpenApiNode {
  const about = "More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";
  const text = (name: string) => ({ ...described(descriptions.field(`${example}List`, name)), type: "string" });
  const listMeta = descriptions.field("io.k8s.api.core.v1.PodList", "metadata");
  return {
    description: `${listKind} is a list of ${kind}`,
    type: "object",
    required: ["items"],
    properties: {
      apiVersion: text("apiVersion"),
      items: { description: `List of ${plural}. ${about}`, type: "array", items: reference(dialect, names.object) },
      kind: text("kind"),
      metadata: { ...described(listMeta), ...metadataNode(dialect, "ListMeta") },
    },
    "x-kubernetes-group-version-kind": [{ group, kind: listKind, version }],
  };
}
