/** How the values of each type come on the wire. */
import type { SchemaType } from "../schema/types.ts";
import { wireType } from "./wire-reader.ts";

export function wireTypeOf({ kind }: SchemaType): number {
  if (kind === "int32" || kind === "int64" || kind === "boolean") return wireType.varint;
  return kind === "double" ? wireType.fixed64 : wireType.bytes;
}
