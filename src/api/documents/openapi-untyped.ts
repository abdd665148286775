/** What resources without types of their own (custom ones) offer: neither protobuf nor strategic merge patches, nor the old form of watching. */
import type { ResourceInfo } from "../resource.ts";
import type { Operation, PathItem } from "./openapi-operations.ts";

const textTypes: ReadonlySet<string> = new Set(["application/json", "application/yaml"]);
const strategic = "application/strategic-merge-patch+json";

export function untypedPaths({ group, version, kind }: ResourceInfo, items: readonly PathItem[]): PathItem[] {
  return items
    .filter(({ path }) => !path.startsWith(`/apis/${group}/${version}/watch/`))
    .map((item) => ({ ...item, operations: item.operations.map((one) => untyped(one, { group, version, kind })) }));
}

function untyped(operation: Operation, kind: NonNullable<Operation["kind"]>): Operation {
  const { body, answers, produces, method } = operation;
  return {
    ...operation,
    kind,
    ...(body && { body: { ...body, contentTypes: bodyTypes(method, body) } }),
    answers: method === "patch" ? { 200: answers[200]! } : answers,
    produces: produces.filter((type) => textTypes.has(type)),
  };
}

function bodyTypes(method: string, { type, contentTypes }: NonNullable<Operation["body"]>): readonly string[] {
  if (method === "patch") return contentTypes.filter((one) => one !== strategic);
  return type.endsWith(".DeleteOptions") ? contentTypes : [...textTypes];
}
