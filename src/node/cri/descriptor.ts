/** The gRPC package definition made from the declaration in memory: no generated sources, no `.proto` files. */
import { createRequire } from "node:module";
import type { MethodDefinition, PackageDefinition } from "@grpc/proto-loader";
import { enums } from "./enums.ts";
import { messages } from "./messages.ts";
import { services } from "./services.ts";

type FieldTable = Readonly<Record<string, readonly [number, string]>>;

const mapType = /^map<(\w+), ?(\w+)>$/;

function fieldDescriptor([id, type]: readonly [number, string]): Record<string, unknown> {
  const map = mapType.exec(type);
  if (map) return { id, keyType: map[1], type: map[2] };
  const repeated = type.startsWith("repeated ");
  return repeated ? { id, rule: "repeated", type: type.slice("repeated ".length) } : { id, type };
}

export function messageDescriptor(fields: FieldTable): Record<string, unknown> {
  return { fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldDescriptor(field)])) };
}

function serviceDescriptor(methods: Readonly<Record<string, readonly [string, string]>>): Record<string, unknown> {
  const entries = Object.entries(methods);
  return {
    methods: Object.fromEntries(
      entries.map(([name, [requestType, responseType]]) => [name, { requestType, responseType }]),
    ),
  };
}

/** proto3: without it the loader would read proto2, where zero values are not defaults and lists are not packed. */
const syntax = { edition: "proto3" };

function mapValues<T>(table: Readonly<Record<string, T>>, change: (value: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value)]));
}

type FromJson = typeof import("@grpc/proto-loader").fromJSON;

/** The library has fifty modules, and simulated nodes never need it: loaded for the first message. */
export function readDescriptor(root: object, options: Parameters<FromJson>[1]): PackageDefinition {
  const { fromJSON } = createRequire(import.meta.url)("@grpc/proto-loader") as typeof import("@grpc/proto-loader");
  return fromJSON(root as Parameters<FromJson>[0], options);
}

function describe(): PackageDefinition {
  const types = {
    ...mapValues(messages as Readonly<Record<string, FieldTable>>, messageDescriptor),
    ...mapValues(enums as Readonly<Record<string, Record<string, number>>>, (values) => ({ values })),
    ...mapValues(services as Readonly<Record<string, Record<string, readonly [string, string]>>>, serviceDescriptor),
  };
  const root = { ...syntax, nested: { runtime: { nested: { v1: { nested: types } } } } };
  return readDescriptor(root, { longs: Number, enums: String, defaults: true });
}

let loaded: PackageDefinition | undefined;

/** Serializers and path of one method, such as `RuntimeService`, `Version`. */
export function criMethod(service: string, method: string): MethodDefinition<object, object> {
  loaded ??= describe();
  const definition = loaded[`runtime.v1.${service}`] as Record<string, MethodDefinition<object, object>> | undefined;
  const found = definition?.[method];
  if (found === undefined) throw new Error(`CRI has no method ${service}/${method}`);
  return found;
}
