/** What a request that takes over its connection was told, as the object that admission sees: PodExecOptions and its like. */
import type { KubernetesObject } from "../../api/mod.ts";

type Reading = "boolean" | "string" | "strings" | "integers";

const terminal: Readonly<Record<string, Reading>> = {
  stdin: "boolean",
  stdout: "boolean",
  stderr: "boolean",
  tty: "boolean",
  container: "string",
};

const fields: Readonly<Record<string, Readonly<Record<string, Reading>>>> = Object.freeze({
  PodExecOptions: { ...terminal, command: "strings" },
  PodAttachOptions: terminal,
  PodPortForwardOptions: { ports: "integers" },
  PodProxyOptions: { path: "string" },
  ServiceProxyOptions: { path: "string" },
  NodeProxyOptions: { path: "string" },
});

function read(reading: Reading, values: readonly string[]): unknown {
  const [first = ""] = values;
  switch (reading) {
    case "boolean":
      return first !== "false" && first !== "0" ? true : undefined;
    case "string":
      return first || undefined;
    case "strings":
      return values;
    case "integers":
      return values.flatMap((value) => value.split(",")).map(Number);
  }
}

/** Every parameter that is of the kind; what is false or empty is left out, as it is from JSON. */
export function connectOptions(kind: string, query: URLSearchParams): KubernetesObject {
  const options: Record<string, unknown> = { kind, apiVersion: "v1" };
  for (const [name, reading] of Object.entries(fields[kind] ?? {})) {
    const values = query.getAll(name);
    const value = values.length > 0 ? read(reading, values) : undefined;
    if (value !== undefined) options[name] = value;
  }
  return options as unknown as KubernetesObject;
}

/** The query with what admission made of the options. */
export function connectQuery(kind: string, query: URLSearchParams, options: KubernetesObject): URLSearchParams {
  const changed = new URLSearchParams(query);
  for (const name of Object.keys(fields[kind] ?? {})) {
    changed.delete(name);
    const value = (options as unknown as Record<string, unknown>)[name];
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) changed.append(name, String(one));
  }
  return changed;
}
