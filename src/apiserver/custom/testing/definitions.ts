/** Definitions of custom resources for tests, and waiting for what becomes of them. */
import assert from "node:assert/strict";
import type { Answer, ServerUnderTest } from "../../testing/server-under-test.ts";

export const definitionsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

export interface DefinitionOptions {
  readonly plural: string;
  readonly kind: string;
  readonly group?: string;
  /** Beside or instead of what the only version `v1` has by default. */
  readonly version?: object;
  readonly versions?: object[];
  /** Beside or instead of the defaults of the spec. */
  readonly more?: object;
}

/** Keeps whatever objects contain. */
export const openSchema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };

export function definition({ plural, kind, group = "example.com", version = {}, versions, more }: DefinitionOptions) {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: versions ?? [{ name: "v1", served: true, storage: true, schema: openSchema, ...version }],
      ...more,
    },
  };
}

/** Polls: the definition's own conditions are what clients go by. */
export async function established(api: ServerUnderTest, options: DefinitionOptions) {
  const body = definition(options);
  const made = await api.ask("POST", definitionsPath, { body });
  assert.equal(made.status, 201, made.text);
  const path = `${definitionsPath}/${body.metadata.name}`;
  return until(api, path, ({ status }) => conditions(status)["Established"] === "True");
}

export async function until(api: ServerUnderTest, path: string, holds: (body: Answer["body"]) => boolean) {
  for (;;) {
    const { body } = await api.ask("GET", path);
    if (holds(body)) return body;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function conditions(
  status: { conditions?: { type: string; status: string }[] } | undefined,
): Record<string, string> {
  return Object.fromEntries((status?.conditions ?? []).map((one) => [one.type, one.status]));
}
