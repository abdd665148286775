/** What upstream's own types hold where nothing is given. */
import type { SchemaType } from "./types.ts";

/** Of a scalar, as it is written in JSON; undefined for what has members or items, and for what is null then. */
export function scalarZero({ kind }: SchemaType): string | number | boolean | undefined {
  switch (kind) {
    case "string":
    case "bytes":
      return "";
    case "int32":
    case "int64":
    case "double":
    case "intOrString":
      return 0;
    case "boolean":
      return false;
    case "quantity":
      return "0";
    default:
      return undefined;
  }
}
