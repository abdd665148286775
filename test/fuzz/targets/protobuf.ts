/** Protobuf bodies and watch frames. */
import {
  DecodeError,
  decodeProtobuf,
  encodeProtobuf,
  hasEnvelope,
  normalize,
  protobufWatchEvent,
  WatchFrameReader,
  WireError,
} from "../../../src/api/mod.ts";
import { mutateJson } from "../mutate.ts";
import { type FuzzTarget, same } from "../target.ts";
import { configMap, definition, deployment, lease, networkPolicy, pod, wordsOf } from "./documents.ts";
import { kinds } from "./json.ts";

const documents = [pod, deployment, configMap, lease, networkPolicy, definition];
const encoded = documents.map((document, index) => {
  const kind = kinds[index]!;
  return encodeProtobuf(kind, normalize(kind, structuredClone(document)));
});
/** Varints at their limits, tags of each wire type. */
const words = [
  "\u0000",
  "\n\u0000",
  "\u0012\u0000",
  "\b\u0001",
  "\u0012\u007f",
  "\u007f\u007f\u007f\u007f",
  "k8s\u0000",
];

const texts = wordsOf(...documents);

export const protobuf: FuzzTarget = {
  name: "protobuf",
  seeds: [...encoded, protobufWatchEvent("ADDED", encoded[2]!)],
  dictionary: words,
  generate(random) {
    const index = random.below(documents.length);
    try {
      const changed = mutateJson(documents[index], random, texts, documents[random.below(documents.length)]);
      return encodeProtobuf(kinds[index]!, normalize(kinds[index]!, structuredClone(changed) as object));
    } catch (error) {
      if (error instanceof DecodeError || error instanceof TypeError) return encoded[index]!;
      throw error;
    }
  },
  run(input, random) {
    if (!hasEnvelope(input)) return void new WatchFrameReader({ largestFrameBytes: 1 << 20 }).push(input);
    const kind = kinds.find(({ gvk }) => input.includes(gvk.kind)) ?? random.pick(kinds);
    const object = decodeProtobuf(kind, input);
    const again = decodeProtobuf(kind, encodeProtobuf(kind, object));
    same(again, object, `what was encoded is read otherwise (${kind.gvk.kind})`);
  },
  isExpected: (error) => error instanceof DecodeError || error instanceof WireError,
};
