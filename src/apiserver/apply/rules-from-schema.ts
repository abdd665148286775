/** Merge rules of the kinds that this program declares, compiled from their schema values once and field by field as they are met. */
import { type Field, type Fields, type Message, type SchemaType, scalarZero } from "../../api/mod.ts";
import { fieldElement } from "./path-element.ts";
import {
  anyScalar,
  type FieldRules,
  type ListKey,
  type ListRules,
  type StructRules,
  type TypeRules,
} from "./type-rules.ts";

const messageRules = new WeakMap<Message, StructRules>();
const scalarString: TypeRules = Object.freeze({ kind: "scalar", type: "string" });
const scalarNumber: TypeRules = Object.freeze({ kind: "scalar", type: "number" });
const scalarBoolean: TypeRules = Object.freeze({ kind: "scalar", type: "boolean" });

export function rulesFromSchema(schema: Message): StructRules {
  let rules = messageRules.get(schema);
  if (!rules) {
    rules = { kind: "struct", atomic: schema.mapType === "atomic", fields: fieldsOf(schema) };
    messageRules.set(schema, rules);
  }
  return rules;
}

function fieldsOf(schema: Message): ReadonlyMap<string, FieldRules> {
  const fields = new Map<string, FieldRules>();
  if (schema.gvk) {
    fields.set("apiVersion", plainField("apiVersion"));
    fields.set("kind", plainField("kind"));
  }
  addFields(schema.fields, fields);
  return fields;
}

function addFields(declared: Fields, fields: Map<string, FieldRules>): void {
  for (const [name, field] of Object.entries(declared)) {
    if (field.inline) addFields(field.type.fields, fields);
    else fields.set(name, new SchemaField(name, field));
  }
}

function plainField(name: string): FieldRules {
  return {
    name,
    element: fieldElement(name),
    type: scalarString,
    always: false,
    default: undefined,
    patchStrategy: [],
    patchMergeKey: undefined,
  };
}

class SchemaField implements FieldRules {
  readonly name: string;
  readonly element: string;
  readonly always: boolean;
  readonly default: FieldRules["default"];
  readonly patchStrategy: FieldRules["patchStrategy"];
  readonly patchMergeKey: string | undefined;
  readonly #field: Field;
  #type: TypeRules | undefined;

  constructor(name: string, field: Field) {
    this.name = name;
    this.element = fieldElement(name);
    this.always = field.always;
    this.default = field.default ?? (field.always && !field.pointer ? scalarZero(field.type) : undefined);
    this.patchStrategy = (field.patchStrategy?.split(",") ?? []) as FieldRules["patchStrategy"];
    this.patchMergeKey = field.patchMergeKey;
    this.#field = field;
  }

  get type(): TypeRules {
    this.#type ??= this.#resolve();
    return this.#type;
  }

  #resolve(): TypeRules {
    const rules = rulesOfType(this.#field.type);
    if (this.#field.mapType === undefined || !("atomic" in rules)) return rules;
    return { ...rules, atomic: this.#field.mapType === "atomic" };
  }
}

function rulesOfType(type: SchemaType): TypeRules {
  switch (type.kind) {
    case "message":
      return rulesFromSchema(type);
    case "lazy":
      return rulesFromSchema(type.resolve());
    case "list":
      return listRules(rulesOfType(type.item), type.listType ?? "atomic", type.listMapKeys ?? []);
    case "map":
      return { kind: "map", atomic: false, value: rulesOfType(type.value) };
    case "int32":
    case "int64":
    case "double":
      return scalarNumber;
    case "boolean":
      return scalarBoolean;
    case "string":
    case "bytes":
    case "time":
    case "microTime":
      return scalarString;
    default:
      return anyScalar;
  }
}

/** `keys` are put in name order, as paths print them. */
export function listRules(item: TypeRules, listType: ListRules["listType"], keys: readonly string[]): ListRules {
  const withDefaults = [...keys].sort().map((name): ListKey => {
    const field = item.kind === "struct" ? item.fields.get(name) : undefined;
    return { name, default: field?.default };
  });
  return { kind: "list", listType, keys: withDefaults, item };
}
