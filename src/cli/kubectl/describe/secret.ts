import type { corev1 } from "../../../api/mod.ts";
import { type Line, type Lines, metadataLines } from "./lines.ts";

/** Of a value only how long it is: a description is read over shoulders and pasted into tickets. Not so an account's token, for which it is read. */
export async function describeSecret({ metadata, type, data = {} }: corev1.Secret): Promise<Lines> {
  const keys = Object.keys(data).sort();
  return [
    ...metadataLines({ metadata }),
    [""],
    ["Type:", type ?? ""],
    [""],
    ["Data"],
    ["===="],
    ...keys.map((key): Line => [`${key}:`, shown(key, data[key]!, type)]),
  ];
}

function shown(key: string, value: string, type: string | undefined): string {
  const isToken = key === "token" && type === "kubernetes.io/service-account-token";
  return isToken ? Buffer.from(value, "base64").toString() : `${Buffer.byteLength(value, "base64")} bytes`;
}
