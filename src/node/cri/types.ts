/** CRI messages as TypeScript sees them, inferred from the declaration, and their codec. */
import { enums } from "./enums.ts";
import { MessageCodec } from "./message-codec.ts";
import { messages } from "./messages.ts";

type Messages = typeof messages;
type Enums = typeof enums;
export type MessageName = keyof Messages;

interface Scalars {
  readonly string: string;
  readonly bool: boolean;
  readonly int32: number;
  /** Nanosecond timestamps lose less than a microsecond as a JavaScript number. */
  readonly int64: number;
  readonly uint32: number;
  readonly uint64: number;
  readonly double: number;
  readonly bytes: Uint8Array;
}

type TypeNameOf<F> = F extends readonly [number, infer T extends string] ? T : never;

type Sent<T extends string> = T extends `repeated ${infer E}`
  ? readonly Sent<E>[]
  : T extends "map<string, string>"
    ? Readonly<Record<string, string>>
    : T extends keyof Scalars
      ? Scalars[T]
      : T extends keyof Enums
        ? keyof Enums[T] & string
        : T extends MessageName
          ? Message<T>
          : never;

type Got<T extends string> = T extends `repeated ${infer E}`
  ? readonly Got<E>[]
  : T extends "map<string, string>"
    ? Readonly<Record<string, string>>
    : T extends keyof Scalars
      ? Scalars[T]
      : T extends keyof Enums
        ? keyof Enums[T] & string
        : T extends MessageName
          ? Received<T> | null
          : never;

type GotField<T extends string> = T extends `repeated ${infer E extends MessageName}` ? readonly Received<E>[] : Got<T>;

/** A message to send: absent fields are the wire's zero values. */
export type Message<Name extends MessageName> = {
  readonly [Field in keyof Messages[Name]]?: Sent<TypeNameOf<Messages[Name][Field]>>;
};

/** A message as it arrives: zero values filled in, absent messages `null`. */
export type Received<Name extends MessageName> = {
  readonly [Field in keyof Messages[Name]]: GotField<TypeNameOf<Messages[Name][Field]>>;
};

export const criCodec = new MessageCodec(messages, enums);

/** Fills the fields that `given` leaves out with the wire's zero values: for runtimes that answer without a wire. */
export function received<Name extends MessageName>(name: Name, given: Partial<Received<Name>>): Received<Name> {
  return { ...criCodec.zeros(name), ...given } as Received<Name>;
}
