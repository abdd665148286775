/** Takes out of an answer what must differ between two servers: identities, times, random and allocated parts. */
const volatile: ReadonlySet<string> = new Set([
  ...["uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "time", "startTime", "continue", "token"],
  ...["lastTransitionTime", "lastUpdateTime", "lastProbeTime", "serverAddress", "storageVersionHash"],
]);
/** Of a generated name, before its random tail. */
const longestBase = 58;
const unordered: ReadonlySet<string> = new Set(["causes", "managedFields"]);
const allocated: ReadonlySet<string> = new Set(["clusterIP", "clusterIPs", "nodePort", "healthCheckNodePort"]);

/** In a row of a table: the servers are asked one after the other. */
const youngAge = /^\d+s$/;

export interface Known {
  readonly namespace: string;
  /** Everything that this case has sent: a value that stands in it was not allocated by the server. */
  readonly sent: string;
}

type Fields = Readonly<Record<string, unknown>>;

export function normal(value: unknown, known: Known, key = ""): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normal(item, known, key));
    return unordered.has(key) ? items.sort(byText) : items;
  }
  if (value && typeof value === "object") return normalFields(value as Fields, known);
  if (allocated.has(key) && isAllocated(value, known)) return "(allocated)";
  if (typeof value !== "string") return value;
  return key === "cells" && youngAge.test(value) ? "(age)" : normalText(value, known);
}

function normalFields(fields: Fields, known: Known): Fields {
  const generated = generatedName(fields);
  const entry = (key: string): [string, unknown] => {
    const value = fields[key];
    if (key === "name" && generated) return [key, generated];
    return [key, volatile.has(key) && typeof value !== "object" ? "(varies)" : normal(value, known, key)];
  };
  return Object.fromEntries(Object.keys(fields).sort().map(entry));
}

function generatedName({ generateName, name }: Fields): string | undefined {
  const fits =
    typeof generateName === "string" && typeof name === "string" && name.startsWith(generateName.slice(0, longestBase));
  return fits && generateName !== "" ? `${generateName}(random)` : undefined;
}

function isAllocated(value: unknown, { sent }: Known): boolean {
  return value !== "" && value !== "None" && value !== 0 && !sent.includes(String(value));
}

export function normalText(text: string, { namespace, sent }: Known): string {
  let masked = text.replaceAll(namespace, "{ns}");
  for (const [, prefix] of sent.matchAll(/"generateName\\?":\\?"([^"\\]+)/g))
    masked = masked.replace(new RegExp(`${RegExp.escape(prefix!)}[a-z0-9]{5}\\b`, "g"), `${prefix}(random)`);
  const given = (found: string) => (sent.includes(found) ? found : "(allocated)");
  // Revisions first: one may look like a node port.
  return masked
    .replace(/(resourceVersion\\*"?: ?\\*")\d+/g, "$1(varies)")
    .replace(
      /(current: |ResourceVersion in (?:record|the precondition) \(|ResourceVersion in (?:precondition|object meta): )\d+/g,
      "$1(varies)",
    )
    .replace(/\b10\.96\.\d+\.\d+\b|\b3[0-2]\d{3}\b/g, given)
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "(uid)")
    .replace(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access-(random)")
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "(time)");
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
