/** Label and field selectors as texts, and label selectors as objects. */
import {
  labelSelectorAsSelector,
  parseFieldSelector,
  parseLabelSelector,
  SelectorError,
} from "../../../src/api/mod.ts";
import { Broken, type FuzzTarget, same } from "../target.ts";

const labels = { app: "web", "example.com/tier": "front", n: "5", empty: "" };

export const selector: FuzzTarget = {
  name: "selector",
  seeds: [
    "app=web,example.com/tier!=back,canary,!old",
    "tier in (front,back), env notin (prod) ,n>3,n<9",
    "metadata.name==web,status.phase!=Running,spec.x=a\\,b\\=c\\\\",
    "in in (in,notin),notin",
    "a=,b in (),c in (,)",
    '{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"k","operator":"In","values":["a"]}]}',
  ],
  dictionary: [
    " in ",
    " notin ",
    "(",
    ")",
    ",",
    "=",
    "==",
    "!=",
    "!",
    "<",
    ">",
    "\\",
    " ",
    "exists",
    "app",
    "example.com/",
    "\u00a0",
  ],
  maxBytes: 8192,
  run(input, random) {
    const text = input.toString();
    if (text.startsWith("{")) labelSelectorAsSelector(objectOf(text)).matches(labels);
    else if (random.chance(0.5)) readLabels(text);
    else readFields(text);
  },
  isExpected: (error) => error instanceof SelectorError,
};

function readLabels(text: string): void {
  const found = parseLabelSelector(text);
  const printed = found.toString();
  const again = parseLabelSelector(printed);
  same(again.toString(), printed, "the printed label selector is read otherwise");
  if (again.matches(labels) !== found.matches(labels)) throw new Broken(`${text} and ${printed} do not match alike`);
}

function readFields(text: string): void {
  const found = parseFieldSelector(text);
  const again = parseFieldSelector(found.toString());
  same(again.requirements, found.requirements, "the printed field selector is read otherwise");
}

/** The shape is the decoder's to check; here it is right or the input is no input. */
function objectOf(text: string): Parameters<typeof labelSelectorAsSelector>[0] {
  try {
    const { matchLabels, matchExpressions } = JSON.parse(text) as Record<string, unknown>;
    const texts = (value: unknown) =>
      Object.fromEntries(Object.entries(value ?? {}).map(([key, item]) => [key, String(item)]));
    const list = Array.isArray(matchExpressions) ? matchExpressions : [];
    return {
      matchLabels: texts(matchLabels),
      matchExpressions: list.map((one) => ({
        key: String(one?.key),
        operator: String(one?.operator),
        values: Array.isArray(one?.values) ? one.values.map(String) : [],
      })),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
