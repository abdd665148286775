/** What stands in memory where nothing was given: fields that upstream always prints, and items of lists and maps that are null. */
import type { Field, Message, SchemaType } from "../schema/types.ts";
import { apiVersionOf, jsonFields } from "../schema/walk.ts";
import { scalarZero } from "../schema/zero.ts";

type JsonRecord = Record<string, unknown>;

/** A field that every object of a message has. */
export interface Filler {
  readonly name: string;
  fill(): unknown;
}

const known = new WeakMap<Message, readonly Filler[]>();

export function fillersOf(message: Message): readonly Filler[] {
  let fillers = known.get(message);
  if (!fillers) {
    fillers = [...jsonFields(message)].flatMap(([name, field]) => {
      const fill = field.always ? filler(field) : undefined;
      return fill ? [{ name, fill }] : [];
    });
    known.set(message, fillers);
  }
  return fillers;
}

export function fillAbsent(object: JsonRecord, fillers: readonly Filler[]): void {
  for (const { name, fill } of fillers) if (object[name] === undefined) object[name] = fill();
}

/** Undefined where upstream prints null. */
function filler({ type, pointer }: Field): (() => unknown) | undefined {
  if (pointer) return undefined;
  switch (type.kind) {
    case "message":
      return () => emptyMessage(type);
    case "list":
      return () => [];
    case "map":
      return () => ({});
    default: {
      const zero = scalarZero(type);
      return zero === undefined ? undefined : () => zero;
    }
  }
}

/** A message before any of its fields is read. */
export function newMessage({ gvk }: Message): JsonRecord {
  return gvk ? { kind: gvk.kind, apiVersion: apiVersionOf(gvk) } : {};
}

function emptyMessage(message: Message): JsonRecord {
  const object = newMessage(message);
  fillAbsent(object, fillersOf(message));
  return object;
}

/** What a null in a list or map means. */
export function zeroItem(type: SchemaType): unknown {
  switch (type.kind) {
    case "message":
      return emptyMessage(type);
    case "list":
      return [];
    case "json":
      return null;
    case "time":
      return "0001-01-01T00:00:00Z";
    case "microTime":
      return "0001-01-01T00:00:00.000000Z";
    default:
      return scalarZero(type) ?? {};
  }
}
