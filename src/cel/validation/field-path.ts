/** The field that a rule names as the wrong one (`fieldPath`), within the value that the rule is about. */
import type { JsonSchema } from "../schema/json-schema.ts";

/** `.spec.replicas`, `.labels['a/b']`, `['a.b']` as errors name it; nothing where a step is not known to the schema. */
export function namedField(fieldPath: string, schema: JsonSchema): string | undefined {
  if (fieldPath === "") return undefined;
  let here = schema;
  let rest = fieldPath;
  let named = "";
  while (rest) {
    const match = /^(?:\.([A-Za-z_][\w-]*)|\['((?:[^'\\]|\\.)+)'\])/.exec(rest);
    const name = match?.[1] ?? match?.[2];
    const member = name === undefined ? undefined : memberOf(here, name);
    if (!member) return undefined;
    named += member.isKey ? `[${name}]` : `.${name}`;
    here = member.schema;
    rest = rest.slice(match![0].length);
  }
  return named.replace(/^\./, "");
}

function memberOf(schema: JsonSchema, name: string): { schema: JsonSchema; isKey: boolean } | undefined {
  const { properties, additionalProperties } = schema;
  if (properties && Object.hasOwn(properties, name)) return { schema: properties[name]!, isKey: false };
  return typeof additionalProperties === "object" ? { schema: additionalProperties, isKey: true } : undefined;
}
