/** The names that upstream's language has for our types: they stand in the messages of decoding errors. */
import type { Message, SchemaType } from "../schema/types.ts";

export function goType(type: SchemaType): string {
  switch (type.kind) {
    case "int32":
    case "int64":
      return type.kind;
    case "double":
      return "float64";
    case "boolean":
      return "bool";
    case "bytes":
      return "[]uint8";
    case "intOrString":
      return "int32";
    case "list":
      return `[]${goType(type.item)}`;
    case "map":
      return `map[string]${goType(type.value)}`;
    case "quantity":
      return "resource.Quantity";
    case "lazy":
      return goType(type.resolve());
    case "message":
      return `${packageOf(type)}.${structName(type)}`;
    default:
      return "string";
  }
}

/** `Pod` of `io.k8s.api.core.v1.Pod`. */
export function structName({ name }: Message): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function packageOf({ name }: Message): string {
  return name.split(".").at(-2) ?? "";
}
