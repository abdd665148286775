import type { corev1 } from "../../../api/mod.ts";
import { type Line, type Lines, metadataLines } from "./lines.ts";

/** Of a value only how long it is: a description is read over shoulders and pasted into tickets. */
export async function describeSecret({ metadata, type, data = {} }: corev1.Secret): Promise<Lines> {
  const keys = Object.keys(data).sort();
  return [
    ...metadataLines({ metadata }),
    [""],
    ["Type:", type ?? ""],
    [""],
    ["Data"],
    ["===="],
    ...keys.map((key): Line => [`${key}:`, `${Buffer.byteLength(data[key]!, "base64")} bytes`]),
  ];
}
