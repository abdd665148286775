import { parse, stringify } from "yaml";
import { type Message, normalize } from "../api/mod.ts";
export const parseYaml = (text: string): unknown => parse(text);
export const stringifyYaml = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false });
export const applyDefaults = <T>(schema: Message<T>, object: T): T => normalize(schema, object);
export function syntaxProblem(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return String((error as Error).message);
  }
}
