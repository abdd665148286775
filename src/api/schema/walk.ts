/** Views of a schema that most readers of it want. */
import type { Field, Message, SchemaType } from "./types.ts";

const flattened = new WeakMap<Message, ReadonlyMap<string, Field>>();

/** The fields as JSON has them, by name: inline parts are flattened, apiVersion and kind of a kind are not among them. */
export function jsonFields(message: Message): ReadonlyMap<string, Field> {
  let fields = flattened.get(message);
  if (!fields) {
    fields = flatten(message);
    flattened.set(message, fields);
  }
  return fields;
}

function flatten(message: Message): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const [name, field] of Object.entries(message.fields)) {
    if (!field.inline) fields.set(name, field);
    else for (const [inner, innerField] of jsonFields(field.type)) fields.set(inner, innerField);
  }
  return fields;
}

/** The type itself where it is a late reference. */
export function resolved(type: SchemaType): Exclude<SchemaType, { kind: "lazy" }> {
  return type.kind === "lazy" ? type.resolve() : type;
}

/** `v1` or `group/v1`. */
export function apiVersionOf({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === "" ? version : `${group}/${version}`;
}
