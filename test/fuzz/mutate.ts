/** Makes new inputs out of known ones: bytes and texts by cutting, copying and inserting words, JSON also by what it means. */
import type { Random } from "../support/random.ts";

/** Numbers at which decoders change their minds. */
const numbers = [0, 1, -1, 0.5, 127, 255, 65535, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 53, 2 ** 63, -(2 ** 63), 1e300];
const bytes = [0, 1, 0x20, 0x7f, 0x80, 0xff];
const pairs = ["[]", "{}", "()", '""', "''", "<>"];

export interface MutateOptions {
  /** Words of the format, to be put in anywhere. */
  readonly dictionary: readonly string[];
  /** Another input, from which parts are taken. */
  readonly other: Buffer;
  readonly maxBytes: number;
}

type Change = (input: Buffer, random: Random, options: MutateOptions) => Buffer;

function splice(input: Buffer, at: number, drop: number, put: Uint8Array): Buffer {
  return Buffer.concat([input.subarray(0, at), put, input.subarray(at + drop)]);
}

/** A place and a length within a buffer, short ones mostly. */
function span(input: Buffer, random: Random): readonly [at: number, length: number] {
  const at = random.below(input.length + 1);
  return [at, Math.min(input.length - at, random.skewed(input.length + 1))];
}

const flip: Change = (input, random) => {
  const changed = Buffer.from(input);
  if (changed.length > 0) changed[random.below(changed.length)]! ^= 1 << random.below(8);
  return changed;
};

const setByte: Change = (input, random) => {
  const changed = Buffer.from(input);
  const value = random.chance(0.5) ? random.pick(bytes) : random.below(256);
  if (changed.length > 0) changed[random.below(changed.length)] = value;
  return changed;
};

const remove: Change = (input, random) => splice(input, ...span(input, random), Buffer.alloc(0));

const repeat: Change = (input, random, { maxBytes }) => {
  const [at, length] = span(input, random);
  if (length === 0) return input;
  const most = Math.floor((maxBytes - input.length) / length);
  const times = random.skewed(Math.max(1, most) + 1);
  return splice(input, at, 0, Buffer.alloc(length * times, input.subarray(at, at + length)));
};

const insertWord: Change = (input, random, { dictionary }) =>
  splice(input, random.below(input.length + 1), random.chance(0.3) ? random.below(5) : 0, word(random, dictionary));

function word(random: Random, dictionary: readonly string[]): Buffer {
  if (dictionary.length > 0 && random.chance(0.8)) return Buffer.from(random.pick(dictionary));
  return Buffer.from(random.chance(0.5) ? String(random.pick(numbers)) : [random.pick(bytes)]);
}

const cross: Change = (input, random, { other }) => {
  const [from, length] = span(other, random);
  return splice(input, ...span(input, random), other.subarray(from, from + length));
};

/** The whole, or a part, within many brackets: what recursive readers dislike. */
const nest: Change = (input, random, { maxBytes }) => {
  const [open, close] = random.pick(pairs);
  const [at, length] = span(input, random);
  const depth = random.skewed(Math.max(2, (maxBytes - input.length) / 2));
  const inner = input.subarray(at, at + length);
  const shut = random.chance(0.8) ? Buffer.alloc(depth, close) : Buffer.alloc(0);
  return splice(input, at, length, Buffer.concat([Buffer.alloc(depth, open), inner, shut]));
};

const changes: readonly Change[] = [flip, setByte, remove, insertWord, insertWord, insertWord, cross, repeat];

/** One to several changes; large ones are rare, so that most inputs are read quickly. */
export function mutate(input: Buffer, random: Random, options: MutateOptions): Buffer {
  let changed = input;
  for (let count = 1 + random.below(4); count > 0; count--)
    changed = random.pick(random.chance(0.02) ? [nest] : changes)(changed, random, options);
  return changed.subarray(0, options.maxBytes);
}

type Json = unknown;

/** Values of every JSON type; `words` are texts worth trying. */
function anyJson(random: Random, words: readonly string[]): Json {
  const kinds: readonly (() => Json)[] = [
    () => null,
    () => random.chance(0.5),
    () => random.pick(numbers),
    () => random.below(100),
    () => (words.length > 0 ? random.pick(words) : ""),
    () => random.pick(["", "x", "ä€𝄞", "\ud800", "__proto__", "constructor", "a".repeat(random.skewed(5000))]),
    () => [],
    () => ({}),
    () => [anyJson(random, words), anyJson(random, words)],
    () => ({ [random.chance(0.8) && words.length > 0 ? random.pick(words) : "__proto__"]: anyJson(random, words) }),
  ];
  return random.pick(kinds)();
}

/** A copy of the value in which one place is another. Places near the root and leaves are taken alike. */
export function mutateJson(value: Json, random: Random, words: readonly string[], donor: Json = null): Json {
  const isContainer = typeof value === "object" && value !== null;
  if (!isContainer || random.chance(0.15)) return replacement(value, random, words, donor);
  return Array.isArray(value) ? mutateList(value, random, words, donor) : mutateMap(value, random, words, donor);
}

function replacement(value: Json, random: Random, words: readonly string[], donor: Json): Json {
  if (random.chance(0.3)) return part(donor, random);
  if (typeof value === "string" && random.chance(0.5) && words.length > 0) return value + random.pick(words);
  if (random.chance(0.1)) return random.chance(0.5) ? [value] : { [random.pick(["a", ...words])]: value };
  return anyJson(random, words);
}

/** Some value within a value. */
function part(value: Json, random: Random): Json {
  if (typeof value !== "object" || value === null || random.chance(0.2)) return value;
  const inner = Object.values(value);
  return inner.length === 0 ? value : part(random.pick(inner), random);
}

function mutateList(list: readonly Json[], random: Random, words: readonly string[], donor: Json): Json {
  if (list.length === 0) return [anyJson(random, words)];
  const at = random.below(list.length);
  if (random.chance(0.1)) return list.toSpliced(at, 1);
  if (random.chance(0.15)) return list.toSpliced(at, 0, list[at]);
  if (random.chance(0.05)) return list.toReversed();
  return list.with(at, mutateJson(list[at], random, words, donor));
}

function mutateMap(map: object, random: Random, words: readonly string[], donor: Json): Json {
  const entries = Object.entries(map);
  if (entries.length === 0 || random.chance(0.15)) {
    const key = random.pick(["a", "__proto__", ...words]);
    return Object.fromEntries([...entries, [key, random.chance(0.3) ? part(donor, random) : anyJson(random, words)]]);
  }
  const at = random.below(entries.length);
  const [key, value] = entries[at]!;
  if (random.chance(0.1)) return Object.fromEntries(entries.toSpliced(at, 1));
  if (random.chance(0.05) && words.length > 0) return Object.fromEntries(entries.with(at, [random.pick(words), value]));
  return Object.fromEntries(entries.with(at, [key, mutateJson(value, random, words, donor)]));
}
