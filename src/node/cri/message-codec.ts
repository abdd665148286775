/**
 * Messages on the protobuf wire (proto3) by their declaration: a table of fields with tags and types. A node speaks a few dozen of them, some
 * a few times in its life, so each is prepared when it is first met.
 */
import { WireReader, WireWriter, wireType } from "../../api/mod.ts";

/** Field name to tag and type: a scalar, an enum, a message, `repeated` of one, or `map<string, string>`. */
export type FieldTable = Readonly<Record<string, readonly [number, string]>>;
export type MessageTables = Readonly<Record<string, FieldTable>>;
export type EnumTables = Readonly<Record<string, Readonly<Record<string, number>>>>;

type Values = Record<string, unknown>;

/** How the values of one type lie on the wire. */
interface Form {
  readonly wire: number;
  /** Of a field that is not there. */
  readonly zero: unknown;
  /** Without tag. */
  write(writer: WireWriter, value: unknown): void;
  read(reader: WireReader): unknown;
}

interface Field {
  readonly name: string;
  readonly tag: number;
  readonly form: Form;
  readonly shape: "one" | "list" | "map";
}

interface Plan {
  readonly fields: readonly Field[];
  readonly byTag: ReadonlyMap<number, Field>;
  /** Shared by all messages of the type: its lists and maps are frozen. */
  readonly zeros: Readonly<Values>;
}

const { varint, fixed64, bytes } = wireType;

const integer = (read: (reader: WireReader) => number): Form => ({
  wire: varint,
  zero: 0,
  write: (writer, value) => writer.int64(value as number),
  read,
});

const scalars: Readonly<Record<string, Form>> = {
  string: {
    wire: bytes,
    zero: "",
    write: (writer, value) => writer.text(value as string),
    read: (reader) => reader.text(),
  },
  bool: {
    wire: varint,
    zero: false,
    write: (writer, value) => writer.varint(value ? 1 : 0),
    read: (reader) => reader.varint() !== 0,
  },
  bytes: {
    wire: bytes,
    zero: Buffer.alloc(0),
    write: (writer, value) => {
      writer.raw(value as Uint8Array);
      writer.varint((value as Uint8Array).length);
    },
    read: (reader) => reader.bytes(),
  },
  double: {
    wire: fixed64,
    zero: 0,
    write: (writer, value) => writer.double(value as number),
    read: (reader) => reader.double(),
  },
  int32: integer((reader) => reader.int32()),
  int64: integer((reader) => reader.int64()),
  uint32: integer((reader) => reader.varint() >>> 0),
  uint64: integer((reader) => reader.varint()),
};

const mapType = "map<string, string>";
const listPrefix = "repeated ";

/** A value that the table does not know is shown as its number. */
function enumForm(values: Readonly<Record<string, number>>): Form {
  const names = new Map(Object.entries(values).map(([name, number]) => [number, name]));
  return {
    wire: varint,
    zero: names.get(0) ?? 0,
    write: (writer, value) => writer.int64(typeof value === "number" ? value : (values[value as string] ?? 0)),
    read: (reader) => {
      const number = reader.int32();
      return names.get(number) ?? number;
    },
  };
}

/** Reads bytes to where a length says that they end. */
function within<T>(reader: WireReader, read: () => T): T {
  const outerEnd = reader.enter();
  const result = read();
  reader.leave(outerEnd);
  return result;
}

export class MessageCodec {
  readonly #messages: MessageTables;
  readonly #enums: EnumTables;
  readonly #plans = new Map<string, Plan>();
  readonly #writer = new WireWriter();

  constructor(messages: MessageTables, enums: EnumTables) {
    this.#messages = messages;
    this.#enums = enums;
  }

  /** Fields that are absent, or have the wire's zero value, are not sent. */
  encode(name: string, message: object): Buffer {
    try {
      this.#write(this.#writer, this.#plan(name), message as Values);
      return this.#writer.finish();
    } finally {
      this.#writer.reset();
    }
  }

  /** Absent fields have their zero value, absent messages are null. Throws `WireError` where the bytes are no such message. */
  decode(name: string, message: Uint8Array): object {
    return this.#read(new WireReader(message), this.#plan(name));
  }

  /** What `decode` answers of no bytes; not to be changed. */
  zeros(name: string): object {
    return this.#plan(name).zeros;
  }

  #plan(name: string): Plan {
    const known = this.#plans.get(name);
    if (known) return known;
    const table = this.#messages[name];
    if (table === undefined) throw new Error(`no message ${name} is declared`);
    const fields = Object.entries(table).map(([field, [tag, type]]) => this.#field(field, tag, type));
    const zeros = fields.map((field) => [field.name, zeroOf(field)]);
    const plan = {
      fields: fields.toReversed(),
      byTag: new Map(fields.map((field) => [field.tag, field])),
      zeros: Object.fromEntries(zeros),
    };
    this.#plans.set(name, plan);
    return plan;
  }

  #field(name: string, tag: number, type: string): Field {
    if (type === mapType) return { name, tag, form: scalars["string"]!, shape: "map" };
    if (!type.startsWith(listPrefix)) return { name, tag, form: this.#form(type), shape: "one" };
    return { name, tag, form: this.#form(type.slice(listPrefix.length)), shape: "list" };
  }

  #form(type: string): Form {
    const simple = scalars[type] ?? (this.#enums[type] && enumForm(this.#enums[type]));
    return simple ?? this.#messageForm(type);
  }

  #messageForm(type: string): Form {
    return {
      wire: bytes,
      zero: null,
      write: (writer, value) => {
        const before = writer.length;
        this.#write(writer, this.#plan(type), value as Values);
        writer.varint(writer.length - before);
      },
      read: (reader) => within(reader, () => this.#read(reader, this.#plan(type))),
    };
  }

  /** The writer goes from the end to the start, so everything is written last first. */
  #write(writer: WireWriter, { fields }: Plan, message: Values): void {
    for (const field of fields) {
      const value = message[field.name];
      if (value === undefined || value === null) continue;
      if (field.shape === "list") writeList(writer, field, value as readonly unknown[]);
      else if (field.shape === "map") writeMap(writer, field, value as Values);
      else if (value !== field.form.zero) writeOne(writer, field.tag, field.form, value);
    }
  }

  #read(reader: WireReader, { byTag, zeros }: Plan): Values {
    const message: Values = { ...zeros };
    while (reader.position < reader.end) {
      const key = reader.varint();
      const field = byTag.get(Math.floor(key / 8));
      if (field === undefined) reader.skip(key % 8);
      else readField(reader, field, key % 8, message);
    }
    return message;
  }
}

function zeroOf({ form, shape }: Field): unknown {
  if (shape === "one") return form.zero;
  return Object.freeze(shape === "list" ? [] : {});
}

function writeOne(writer: WireWriter, tag: number, form: Form, value: unknown): void {
  form.write(writer, value);
  writer.tag(tag, form.wire);
}

/** Numbers are packed. */
function writeList(writer: WireWriter, { tag, form }: Field, list: readonly unknown[]): void {
  if (list.length === 0) return;
  if (form.wire === bytes) {
    for (const item of list.toReversed()) writeOne(writer, tag, form, item);
    return;
  }
  const before = writer.length;
  for (const item of list.toReversed()) form.write(writer, item);
  writer.varint(writer.length - before);
  writer.tag(tag, bytes);
}

function writeMap(writer: WireWriter, { tag, form }: Field, map: Values): void {
  for (const [key, value] of Object.entries(map).reverse()) {
    const before = writer.length;
    writeOne(writer, 2, form, value);
    writeOne(writer, 1, form, key);
    writer.varint(writer.length - before);
    writer.tag(tag, bytes);
  }
}

function readField(reader: WireReader, field: Field, wire: number, message: Values): void {
  const { name, form, shape } = field;
  const packed = shape === "list" && wire === bytes && form.wire !== bytes;
  // Another type than declared under a known tag is passed over, as protobuf says of unknown fields.
  if (wire !== form.wire && !packed) reader.skip(wire);
  else if (shape === "one") message[name] = form.read(reader);
  else if (shape === "map") readEntry(reader, name, message);
  else readItems(reader, field, packed, message);
}

function readItems(reader: WireReader, { name, form }: Field, packed: boolean, message: Values): void {
  const list = Object.isFrozen(message[name]) ? [] : (message[name] as unknown[]);
  message[name] = list;
  if (!packed) list.push(form.read(reader));
  else
    within(reader, () => {
      while (reader.position < reader.end) list.push(form.read(reader));
    });
}

/** As an assignment would make it, had the name no meaning of its own. */
const plainProperty = { enumerable: true, configurable: true, writable: true };

function readEntry(reader: WireReader, name: string, message: Values): void {
  const entry = { key: "", value: "" };
  within(reader, () => {
    while (reader.position < reader.end) {
      const key = reader.varint();
      if (key === 0x0a) entry.key = reader.text();
      else if (key === 0x12) entry.value = reader.text();
      else reader.skip(key % 8);
    }
  });
  const map = Object.isFrozen(message[name]) ? {} : (message[name] as Values);
  message[name] = map;
  if (entry.key !== "__proto__") map[entry.key] = entry.value;
  else Object.defineProperty(map, entry.key, { ...plainProperty, value: entry.value });
}
