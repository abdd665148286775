/** YAML: bodies of requests, files of the command. */
import {
  DecodeError,
  decodeYaml,
  parseYaml,
  parseYamlDocuments,
  parseYamlText,
  stringifyYaml,
} from "../../../src/api/mod.ts";
import { type FuzzTarget, same } from "../target.ts";
import { configMap, deployment, lease, networkPolicy, wordsOf } from "./documents.ts";
import { kinds } from "./json.ts";

const samples = [
  "a: &x [1, 2]\nb: *x\nc: {<<: *x}\n",
  "base: &b {x: 1}\nderived:\n  <<: *b\n  y: 0o17\n  z: 0x1F\n  w: 1_000\n",
  "text: |\n  one\n   two\n\n  three\nfold: >-\n  a\n  b\nquote: \"a\\tb\\u00e9\"\nsingle: 'it''s'\n",
  "---\na: yes\nb: ~\nc: 2026-01-02\nd: 12:30\n...\n---\n- x\n-\n  - y\n",
  "? complex\n: value\n!!str 12: !!int '3'\n",
  "%YAML 1.1\n---\n# comment\nkey: value # more\n",
];

const symbols = [
  "&a",
  "*a",
  "<<",
  ": ",
  "- ",
  "\n",
  "\n  ",
  "|",
  ">",
  "---\n",
  "...",
  "!!",
  "!<tag>",
  "#",
  "'",
  '"',
  "? ",
  "{",
  "}",
  "\t",
];

export const yaml: FuzzTarget = {
  name: "yaml",
  seeds: [...samples, ...[configMap, networkPolicy, lease].map(stringifyYaml)],
  dictionary: [...symbols, ...wordsOf(configMap, deployment)],
  // The reader takes a microsecond for each byte or two, and here several read.
  maxBytes: 2048,
  shortRun: 1500,
  run(input, random) {
    const text = input.toString();
    const value = parseYaml(text);
    same(parseYaml(stringifyYaml(value)), value, "what was printed is read otherwise");
    if (random.chance(0.5)) parseYamlDocuments(text);
    if (random.chance(0.5)) parseYamlText(text);
    decodeYaml(random.pick(kinds), text, { validation: random.pick(["Strict", "Warn", "Ignore"]), warn: () => {} });
  },
  isExpected: (error) => error instanceof DecodeError,
};
