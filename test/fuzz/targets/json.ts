/** JSON bodies of requests. */
import {
  builtInResources,
  DecodeError,
  decodeJson,
  type Kind,
  normalize,
  printJson,
  readJsonObject,
} from "../../../src/api/mod.ts";
import { type FuzzTarget, same } from "../target.ts";
import { configMap, definition, deployment, lease, networkPolicy, pod, wordsOf } from "./documents.ts";

const documents = [pod, deployment, configMap, lease, networkPolicy, definition];

export const kinds: readonly Kind[] = documents.map(({ apiVersion, kind }) => {
  const [version, group] = apiVersion.split("/").reverse();
  return builtInResources.ofKind(group ? `${group}/${version}` : version!, kind)!.schema as Kind;
});

const symbols = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "\\",
  "\\u0000",
  "\\ud800",
  "null",
  "true",
  "1e999",
  "-0",
  "-",
  "1.",
  "\n",
];

export const json: FuzzTarget = {
  name: "json",
  seeds: documents.map((document) => JSON.stringify(document)),
  dictionary: [...symbols, ...wordsOf(...documents)],
  isJson: true,
  run(input, random) {
    const text = input.toString();
    const validation = random.pick(["Strict", "Warn", "Ignore"] as const);
    const kind = kindOf(text) ?? random.pick(kinds);
    const object = decodeJson(kind, text, { validation, warn: () => {} });
    const printed = printJson(kind, object as object);
    const again = decodeJson(kind, printed, { validation: "Strict" });
    same(again, object, `what was printed is read otherwise (${kind.gvk.kind})`);
    same(normalize(kind, structuredClone(again)), again, "the canonical form is not stable");
  },
  isExpected: (error) => error instanceof DecodeError,
};

/** The kind that a text names, where it is one of ours. */
export function kindOf(text: string): Kind | undefined {
  const { kind } = readJsonObject("object", text);
  return kinds.find(({ gvk }) => gvk.kind === kind);
}
