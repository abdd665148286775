import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { definitions, noDescriptions, type OpenApiNode } from "../documents/openapi-schema.ts";
import { apiGroups } from "../groups.ts";
import * as api from "../mod.ts";
import { allResources } from "../resources.ts";
import type { Field, Fields, Inline, Message, SchemaType } from "./types.ts";
import { apiVersionOf } from "./walk.ts";

/** What a running upstream 1.36.3 and its published interface definitions say. */
interface FieldFact {
  readonly type: string;
  readonly required?: true;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly tag?: number;
  readonly wire?: string;
  readonly "list-type"?: string;
  readonly "list-map-keys"?: readonly string[];
  readonly "patch-strategy"?: string;
  readonly "patch-merge-key"?: string;
  readonly "map-type"?: string;
}

interface TypeFact {
  readonly fields?: Readonly<Record<string, FieldFact>>;
  readonly inline?: Readonly<Record<string, { readonly tag: number; readonly wire: string }>>;
  readonly gvk?: readonly string[];
  readonly "map-type"?: string;
}

const facts = readFacts<{
  types: Record<string, TypeFact>;
  wireOnly: { inlined: Record<string, Record<string, FieldFact>> };
}>("api.json");
const discovery = readFacts<{
  groupsInOrder: { name: string; versions: string[] }[];
  resources: Record<string, ResourceFact[]>;
}>("discovery.json");

interface ResourceFact {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

function readFacts<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../testdata/${name}`, import.meta.url), "utf8")) as T;
}

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "message";
}

const messages = new Map<string, Message>();
for (const group of Object.values(api)) {
  if (typeof group !== "object") continue;
  for (const value of Object.values(group)) if (isMessage(value)) messages.set(value.name, value);
}

test("every published type is declared, and no other", () => {
  const published = Object.keys(facts.types).filter((name) => facts.types[name]?.fields !== undefined);
  assert.deepEqual(
    published.filter((name) => !messages.has(name)),
    [],
  );
  const inlined = Object.keys(facts.wireOnly.inlined).map((name) => name.replace(/^k8s\.io\./, "io.k8s."));
  const known = new Set([...Object.keys(facts.types), ...inlined]);
  const unknown = [...messages.keys()].filter((name) => !known.has(name) && !name.includes(".PartialObjectMetadata"));
  assert.deepEqual(unknown, []);
});

test("every field has upstream's wire number and type", () => {
  for (const [name, fact] of Object.entries(facts.types)) {
    const message = messages.get(name);
    if (!message) continue;
    const tags = Object.entries({ ...fact.fields, ...fact.inline }).filter(([, { tag }]) => tag !== undefined);
    assert.deepEqual(
      wireOf(message.fields),
      Object.fromEntries(tags.map(([field, { tag, wire }]) => [field, `${tag} ${shortWire(wire)}`])),
      name,
    );
  }
  for (const [name, fields] of Object.entries(facts.wireOnly.inlined)) {
    const message = messages.get(name.replace(/^k8s\.io\./, "io.k8s."));
    assert.ok(message, name);
    const expected = Object.entries(fields).map(([field, { tag, wire }]) => [field, `${tag} ${shortWire(wire)}`]);
    assert.deepEqual(wireOf(message.fields), Object.fromEntries(expected), name);
  }
});

function wireOf(fields: Fields): Record<string, string> {
  const tagged = Object.entries(fields).filter(([, { tag }]) => tag > 0);
  return Object.fromEntries(tagged.map(([name, field]) => [name, `${field.tag} ${wireName(field)}`]));
}

function wireName(field: Field | Inline): string {
  return field.inline ? lastPart(field.type.name) : wireType(field.type);
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
/** `repeated .k8s.io.api.core.v1.Pod` to `repeated Pod`. Lists that are messages of their own have two names. */
const shortWire = (wire = ""): string => wire.replace(/[\w.]*\./g, "").replace(/ExtraValue|Verbs/, "wrapped");

const wireNames: Partial<Record<SchemaType["kind"], string>> = {
  boolean: "bool",
  quantity: "Quantity",
  time: "Time",
  microTime: "MicroTime",
  intOrString: "IntOrString",
  rawExtension: "RawExtension",
  fields: "FieldsV1",
  json: "JSON",
};

function wireType(type: SchemaType): string {
  switch (type.kind) {
    case "message":
    case "alternative":
      return lastPart(type.name);
    case "lazy":
      return wireType(type.resolve());
    case "list":
      return type.wrapped ? "wrapped" : `repeated ${wireType(type.item)}`;
    case "map":
      return `map<string,${wireType(type.value)}>`;
    default:
      return wireNames[type.kind] ?? type.kind;
  }
}

test("required fields, enums, list types and patch rules are upstream's", () => {
  const found = definitions("v2", messages.values(), noDescriptions);
  for (const [name, fact] of Object.entries(facts.types)) {
    const node = found.get(name);
    if (!node || !fact.fields) continue;
    const properties = (node["properties"] ?? {}) as Record<string, OpenApiNode>;
    assert.deepEqual(Object.keys(properties).sort(), Object.keys(fact.fields).sort(), name);
    assert.equal(node["x-kubernetes-map-type"], fact["map-type"], name);
    const required = Object.keys(fact.fields).filter((field) => fact.fields?.[field]?.required);
    assert.deepEqual(((node["required"] ?? []) as string[]).toSorted(), required.toSorted(), name);
    for (const [field, expected] of Object.entries(fact.fields))
      checkField(`${name}.${field}`, properties[field] ?? {}, expected);
  }
});

function checkField(name: string, node: OpenApiNode, fact: FieldFact): void {
  // The one list type that stands on bytes, where it has no effect.
  const listType = fact.format === "byte" ? undefined : fact["list-type"];
  assert.deepEqual(node["enum"], fact.enum, name);
  assert.equal(node["x-kubernetes-list-type"], listType, name);
  assert.deepEqual(node["x-kubernetes-list-map-keys"], fact["list-map-keys"], name);
  assert.equal(node["x-kubernetes-patch-strategy"], fact["patch-strategy"], name);
  assert.equal(node["x-kubernetes-patch-merge-key"], fact["patch-merge-key"], name);
  assert.equal(node["x-kubernetes-map-type"], fact["map-type"], name);
}

test("kinds have upstream's group and version", () => {
  for (const [name, { gvk }] of Object.entries(facts.types)) {
    const declared = messages.get(name)?.gvk;
    if (gvk && !name.endsWith(".WatchEvent")) {
      assert.deepEqual(declared && `${apiVersionOf(declared)}/${declared.kind}`, gvk[0], name);
    }
  }
});

test("the resource table is upstream's discovery, in its order", () => {
  const table: Record<string, ResourceFact[]> = {};
  for (const info of allResources) {
    const { apiVersion, resource, singular, namespaced, kind, verbs, shortNames, categories } = info;
    table[apiVersion] ??= [];
    const main = { name: resource, singularName: singular, namespaced, kind, verbs };
    table[apiVersion].push({
      ...main,
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
    });
    for (const sub of info.subresources.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const other = apiVersionOf(sub) === apiVersion ? {} : { group: sub.group, version: sub.version };
      const entry = { name: `${resource}/${sub.name}`, singularName: "", namespaced, ...other, kind: sub.kind };
      table[apiVersion].push({ ...entry, verbs: sub.verbs });
    }
  }
  assert.deepEqual(table, discovery.resources);
  const groups = discovery.groupsInOrder.map(({ name, versions }) => ({ name, versions }));
  assert.deepEqual(apiGroups, groups);
});
