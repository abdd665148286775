/** The body of an HTTP request, decoded when a handler knows what it should be. */
import {
  DecodeError,
  duplicateFields,
  hasWrittenNumbers,
  JsonSyntaxError,
  type KubernetesObject,
  parseJson,
  parseYamlText,
  readJsonAsYaml,
  surveyJson,
  WrittenNumbers,
  type YamlText,
  type YamlThreads,
} from "../../api/mod.ts";
import * as errors from "../errors.ts";
import type { Operation } from "../registry/operation.ts";
import type { BodyKind } from "./body-kind.ts";
import type { Patch, PatchKind, RequestBody } from "./call.ts";
import { decodeBinary, decodeText, decodeYamlText, type PresentObject } from "./decode.ts";
import { jsonPatchProblems } from "./json-patch-problems.ts";
import { patchKindOf, unsupportedPatch } from "./patch-types.ts";

/** Shorter texts take less than the way to a thread and back. */
const longYaml = 32 * 1024;
const accepted = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

export class HttpBody implements RequestBody {
  readonly #content: Buffer;
  readonly #type: string;
  #readYaml: () => YamlText;

  constructor(content: Buffer, contentType: string | undefined) {
    this.#content = content;
    this.#type = (contentType ?? "application/json").split(";", 1)[0]!.trim().toLowerCase() || "application/json";
    this.#readYaml = () => parseYamlText(content.toString());
  }

  /** Long YAML, which would hold the event loop. */
  get isLong(): boolean {
    return this.#content.length >= longYaml && (this.#type === "application/yaml" || this.applies);
  }

  /** Reads it in a thread. JSON, which is how programs send YAML, is faster read here. */
  async readIn(threads: YamlThreads): Promise<void> {
    const text = this.#content.toString();
    if (readJsonAsYaml(text) === undefined) this.#readYaml = await threads.read(text);
  }

  get empty(): boolean {
    return this.#content.length === 0;
  }

  get applies(): boolean {
    return patchKindOf(this.#type) === "apply";
  }

  /** The content type names no kind of patch. */
  get isUnknownPatch(): boolean {
    return patchKindOf(this.#type) === undefined;
  }

  object(kind: BodyKind, operation: Operation, present?: PresentObject): KubernetesObject {
    switch (this.#type) {
      case "application/json":
        return decodeText(kind, this.#content, operation, present);
      case "application/yaml":
        return decodeYamlText(kind, this.#content, this.#readYaml, operation);
      case "application/vnd.kubernetes.protobuf":
        return decodeBinary(kind, this.#content, present);
      default:
        throw errors.unsupportedMediaType(accepted);
    }
  }

  patch(supported: readonly PatchKind[]): Patch {
    const kind = patchKindOf(this.#type);
    if (!kind || !supported.includes(kind)) throw unsupportedPatch(supported);
    if (kind === "apply") return { kind, ...applied(this.#readYaml) };
    const text = this.#content.toString();
    const value = readJson(kind, text);
    const numbers = surveyJson(text).hasOddNumbers && hasWrittenNumbers(text) ? readNumbers(kind, text) : undefined;
    const written = kind === "strategic" ? undefined : numbers;
    return { kind, value, written, duplicates: () => duplicatesOf(kind, text, value) };
  }
}

function applied(read: () => YamlText): { value: unknown; duplicates(): readonly string[] } {
  try {
    const { value, duplicates } = read();
    return { value, duplicates: () => duplicates };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw errors.badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`);
  }
}

function readJson(kind: PatchKind, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw unreadable(kind, error.message);
  }
}

function unreadable(kind: PatchKind, why: string): Error {
  return errors.badRequest(kind === "strategic" ? why : `error decoding patch: ${why}`);
}

/** Of a patch with a number beyond what one can be nothing is read. */
function readNumbers(kind: PatchKind, text: string): WrittenNumbers {
  const numbers = new WrittenNumbers(text);
  const { infinite } = numbers;
  if (infinite === undefined) return numbers;
  const place = kind === "json" ? "Go struct field jsonPatchOp.value" : "Go value";
  throw unreadable(kind, `json: cannot unmarshal number ${infinite} into ${place} of type float64`);
}

function duplicatesOf(kind: PatchKind, text: string, value: unknown): readonly string[] {
  const found = duplicateFields(text, value);
  return kind === "json" ? jsonPatchProblems(value, found) : found;
}
