/** Fills in what a request leaves out, as upstream does between decoding and admission. */
import { isShared } from "../object.ts";
import type { Field, Message, SchemaType } from "../schema/types.ts";
import { jsonFields } from "../schema/walk.ts";
import { coreDefaults } from "./core.ts";
import { networkAndStorageDefaults } from "./network-and-storage.ts";
import { podDefaults } from "./pod.ts";
import { policyDefaults } from "./policies.ts";
import { workloadDefaults } from "./workloads.ts";

type JsonRecord = Record<string, unknown>;
type SetDefaults = (value: unknown) => void;

const rules = Map.groupBy(
  [coreDefaults, podDefaults, workloadDefaults, policyDefaults, networkAndStorageDefaults].flat(),
  ({ message }) => message,
);
const compiled = new WeakMap<Message, SetDefaults | undefined>();

/** Fills in defaults in place; the object must be in canonical form. Parts that it shares with a stored object have theirs. */
export function applyDefaults<T>(message: Message<T>, object: T): T {
  setterOf(message)?.(object);
  return object;
}

/** Undefined where no default stands anywhere within the message. */
function setterOf(message: Message): SetDefaults | undefined {
  if (!compiled.has(message)) compiled.set(message, compileMessage(message));
  return compiled.get(message);
}

function compileMessage(message: Message): SetDefaults | undefined {
  const own = ownRules(message);
  const statics: { readonly name: string; readonly value: unknown }[] = [];
  const inner = new Map<string, SetDefaults>();
  for (const [name, field] of jsonFields(message)) {
    if (hasDefault(field)) statics.push({ name, value: field.default });
    const set = compileType(field.type);
    if (set) inner.set(name, set);
  }
  if (own.length + statics.length + inner.size === 0) return undefined;
  const isKind = message.gvk !== undefined;
  return (value) => {
    const object = value as JsonRecord;
    for (const set of own) set(object);
    for (const { name, value: preset } of statics) object[name] ??= preset;
    if (inner.size === 0) return;
    // By what is there: most fields of most objects are absent.
    for (const key in object) {
      const present = object[key];
      if (present !== undefined && !(isKind && isShared(present))) inner.get(key)?.(present);
    }
  };
}

/** The message's rules, and those of messages whose fields are its own in JSON. */
function ownRules(message: Message): ((object: object) => void)[] {
  const own = (rules.get(message) ?? []).map(({ set }) => set);
  const inlined = Object.values(message.fields).flatMap((field) => (field.inline ? ownRules(field.type) : []));
  return [...own, ...inlined];
}

/** Zero is what an absent scalar is anyway, unless absence means something. */
function hasDefault(field: Field): boolean {
  return field.default !== undefined && (field.pointer || Boolean(field.default));
}

function compileType(type: SchemaType): SetDefaults | undefined {
  switch (type.kind) {
    case "message":
      return setterOf(type);
    case "list": {
      const set = compileType(type.item);
      return set && ((value) => (value as unknown[]).forEach(set));
    }
    case "map": {
      const set = compileType(type.value);
      return set && ((value) => Object.values(value as object).forEach(set));
    }
    default:
      // Types that contain themselves (JSONSchemaProps) have no defaults.
      return undefined;
  }
}
