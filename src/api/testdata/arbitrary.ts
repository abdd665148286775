/** Random values of any schema, for property tests. */
import fc from "fast-check";
import type { Field, Message, SchemaType } from "../schema/types.ts";
import { jsonFields } from "../schema/walk.ts";
import { formatMicroTime, formatTime } from "../time.ts";

const text = fc.oneof(
  fc.string({ maxLength: 60, unit: "binary" }),
  fc.constantFrom("", "app", "ä€𝄞", "kubernetes.io/name"),
);
const moment = fc.integer({ min: 1, max: 253_402_300_799_999 });
const jsonObject = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });

/** A random object of the kind as JSON.parse would give it, not yet in canonical form. */
export function arbitraryObject(message: Message): fc.Arbitrary<Record<string, unknown>> {
  return arbitraryMessage(message).map((object) => JSON.parse(JSON.stringify(object)) as Record<string, unknown>);
}

/** A random object of the message: every field may be there or not, nested at most `depth` deep. */
function arbitraryMessage(message: Message, depth = 4): fc.Arbitrary<Record<string, unknown>> {
  const shape: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, field] of jsonFields(message)) {
    if (depth <= 0 && isDeep(field)) continue;
    const { type } = field;
    // Protobuf does not tell an empty list from an absent one, where JSON does.
    if (type.kind === "list" && field.pointer)
      shape[name] = fc.array(arbitraryType(type.item, depth - 1), { minLength: 1, maxLength: 3 });
    else shape[name] = arbitraryType(type, depth - 1);
  }
  return fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<Record<string, unknown>>;
}

function isDeep({ type }: Field): boolean {
  return !["string", "int32", "int64", "boolean", "double"].includes(type.kind);
}

function arbitraryType(type: SchemaType, depth: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "string":
      return text;
    case "int32":
      return fc.integer();
    case "int64":
      return fc.maxSafeInteger();
    case "double":
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    case "boolean":
      return fc.boolean();
    case "bytes":
      return fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString("base64"));
    case "quantity":
      return fc.constantFrom("0", "100m", "1500m", "1Gi", "12e6", "-5", "0.5", "1.5Gi", "1000", "9Ei");
    case "time":
      return moment.map(formatTime);
    case "microTime":
      return moment.map(formatMicroTime);
    case "intOrString":
      return fc.oneof(fc.integer(), text);
    case "rawExtension":
    case "fields":
      return jsonObject;
    case "json":
      return fc.oneof(jsonObject, fc.integer({ min: 1 }), fc.string());
    case "list":
      return fc.array(arbitraryType(type.item, depth), { maxLength: 3 });
    case "map":
      return fc.dictionary(text, arbitraryType(type.value, depth), { maxKeys: 3 });
    case "lazy":
      return arbitraryMessage(type.resolve(), Math.min(depth, 1));
    case "message":
      return arbitraryMessage(type, depth);
    case "alternative": {
      const message = arbitraryType(type.message, depth);
      if (type.other === "boolean") return fc.oneof(message, fc.boolean());
      return fc.oneof(message, fc.array(type.other === "strings" ? text : message, { maxLength: 2 }));
    }
  }
}
