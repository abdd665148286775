/**
 * Who owns which fields, between `metadata.managedFields` and the sets that the rules work on. Entries of one manager, operation and
 * subresource (for updates: and version) are one; entries of other versions of a kind are kept as they are, beyond comparison.
 */
import type { metav1 } from "../../api/mod.ts";
import { type FieldSet, isEmptySet, setFromFieldsV1, unionOfAll } from "./field-set.ts";
import { SetChain } from "./set-chain.ts";
import { deepEqual, isObject, type JsonObject } from "./type-rules.ts";

export interface ManagerName {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** `""` for the object itself. */
  readonly subresource: string;
}

export interface ManagerEntry extends ManagerName {
  /** RFC 3339; absent: never told. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
  /** As it was read; absent once anything of it changed. */
  readonly wire?: metav1.ManagedFieldsEntry;
}

/** The entry with other fields; the very entry where they are the same. */
export function withFields(entry: ManagerEntry, fields: FieldSet): ManagerEntry {
  if (entry.fields === fields) return entry;
  const { manager, operation, apiVersion, subresource, time } = entry;
  return { manager, operation, apiVersion, subresource, time, fields };
}

/** By identity, see `managerKey`. */
export type Managers = ReadonlyMap<string, ManagerEntry>;

/** More updaters than this are folded into one entry for each version, oldest first. */
const maximumUpdaters = 10;
const ancientName = "ancient-changes";

/** Any text may stand in a name: lengths tell where each ends. */
export function managerKey({ manager, operation, apiVersion, subresource }: ManagerName): string {
  const name = `${operation} ${manager.length} ${subresource.length} ${manager}${subresource}`;
  return operation === "Apply" ? name : name + apiVersion;
}

/** Undefined where an entry is not one: such lists are as good as none. */
export function readManagers(
  entries: readonly metav1.ManagedFieldsEntry[] | undefined,
): Map<string, ManagerEntry> | undefined {
  const managers = new Map<string, ManagerEntry>();
  for (const entry of entries ?? []) {
    const { operation, apiVersion, fieldsV1 } = entry;
    if ((operation !== "Apply" && operation !== "Update") || entry.fieldsType !== "FieldsV1" || !apiVersion)
      return undefined;
    const name = { manager: entry.manager ?? "", operation, apiVersion, subresource: entry.subresource ?? "" } as const;
    const fields = setFromFieldsV1(fieldsV1 as JsonObject | undefined);
    managers.set(managerKey(name), { ...name, time: entry.time, fields, wire: entry });
  }
  return managers;
}

/** As `readManagers`, of a list that a client sent: mostly the stored one, whose entries are taken then. */
export function readSentManagers(
  sent: readonly metav1.ManagedFieldsEntry[],
  stored: readonly metav1.ManagedFieldsEntry[] = [],
): Map<string, ManagerEntry> | undefined {
  const entries = sent.map((entry, position) => (deepEqual(entry, stored[position]) ? stored[position]! : entry));
  const isSound = entries.every((entry, position) => entry === stored[position] || isSoundEntry(entry));
  return isSound ? readManagers(entries) : undefined;
}

function isSoundEntry({ apiVersion = "", fieldsV1 = {} }: metav1.ManagedFieldsEntry): boolean {
  return apiVersion.split("/").length <= 2 && isFieldSet(fieldsV1);
}

const pathElement = /^(\.|f:.*|i:-?\d+|k:\{.*\}|v:.+)$/s;

function isFieldSet(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const element in value) if (!pathElement.test(element) || !isFieldSet(value[element])) return false;
  return true;
}

export function writeManagers(managers: Managers): metav1.ManagedFieldsEntry[] {
  const entries = [...managers.values()].filter((entry) => !isEmptySet(entry.fields));
  return cap(entries).sort(compareEntries).map(toWire);
}

function toWire(entry: ManagerEntry): metav1.ManagedFieldsEntry {
  return entry.wire ?? newEntry({ ...entry, fields: SetChain.of(entry.fields).set });
}

function withoutManager({ manager: _, ...nameless }: metav1.ManagedFieldsEntry): metav1.ManagedFieldsEntry {
  return nameless;
}

/** As it goes to the wire, with the set of a chain. */
export function newEntry(entry: ManagerEntry): metav1.ManagedFieldsEntry {
  const { manager, operation, apiVersion, time, subresource } = entry;
  const fieldsType = "FieldsV1";
  const fieldsV1 = entry.fields as JsonObject;
  const named =
    time === undefined
      ? { manager, operation, apiVersion, fieldsType, fieldsV1 }
      : { manager, operation, apiVersion, time, fieldsType, fieldsV1 };
  const wire = manager === "" ? withoutManager(named) : named;
  return subresource === "" ? wire : { ...wire, subresource };
}

function compareEntries(a: ManagerEntry, b: ManagerEntry): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.time ?? "", b.time ?? "") ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Old updates fold into one, so that the list stays short however many tools have touched an object. */
function cap(entries: ManagerEntry[]): ManagerEntry[] {
  if (entries.length <= maximumUpdaters) return entries;
  const updates = entries
    .filter((entry) => entry.operation === "Update" && entry.manager !== ancientName)
    .sort(compareEntries);
  const ancient = entries.filter((entry) => entry.operation === "Update" && entry.manager === ancientName);
  const total = updates.length + ancient.length;
  if (total <= maximumUpdaters) return entries;
  const folded = new Map(ancient.map((entry) => [managerKey(entry), [entry]]));
  let position = 0;
  while (updates.length - position + folded.size > maximumUpdaters && position < updates.length)
    fold(folded, updates[position++]!);
  const applies = entries.filter((entry) => entry.operation === "Apply");
  return [...applies, ...updates.slice(position), ...[...folded.values()].map(together)];
}

function fold(folded: Map<string, ManagerEntry[]>, { apiVersion, time, fields }: ManagerEntry): void {
  const entry = { manager: ancientName, operation: "Update", apiVersion, subresource: "", time, fields } as const;
  const key = managerKey(entry);
  const before = folded.get(key);
  if (before) before.push(entry);
  else folded.set(key, [entry]);
}

/** Of the time of the last one. */
function together(entries: readonly ManagerEntry[]): ManagerEntry {
  const last = entries.at(-1)!;
  return entries.length === 1 ? last : { ...last, fields: unionOfAll(entries.map(({ fields }) => fields)) };
}

const longestName = 128;

/** The name of a client that gave none: its user agent up to the first slash, what is printable of it, at most 128 bytes of whole characters. */
export function managerFromUserAgent(userAgent: string): string {
  const first = userAgent.split("/", 1)[0]!;
  const name = Buffer.from(first.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, ""));
  let end = Math.min(name.length, longestName);
  while (isInside(name[end])) end--;
  return name.toString("utf8", 0, end) || "unknown";
}

/** A character in UTF-8 goes on with the byte. */
function isInside(byte = 0): boolean {
  return (byte & 0xc0) === 0x80;
}
