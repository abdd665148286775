/** The body of an HTTP request, decoded when a handler knows what it should be. */
import { type KubernetesObject, parseYaml, syntaxProblem } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import type { Operation } from "../registry/operation.ts";
import type { BodyKind } from "./body-kind.ts";
import type { PatchKind, RequestBody } from "./call.ts";
import { decodeBinary, decodeText, decodeYamlText } from "./decode.ts";

const accepted = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

const patchTypes: Readonly<Record<string, PatchKind>> = Object.freeze({
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
});

export class HttpBody implements RequestBody {
  readonly #content: Buffer;
  readonly #type: string;

  constructor(content: Buffer, contentType: string | undefined) {
    this.#content = content;
    this.#type = (contentType ?? "application/json").split(";", 1)[0]!.trim().toLowerCase() || "application/json";
  }

  get empty(): boolean {
    return this.#content.length === 0;
  }

  get applies(): boolean {
    return patchTypes[this.#type] === "apply";
  }

  object(kind: BodyKind, operation: Operation): KubernetesObject {
    switch (this.#type) {
      case "application/json":
        return decodeText(kind, this.#content, operation);
      case "application/yaml":
        return decodeYamlText(kind, this.#content, operation);
      case "application/vnd.kubernetes.protobuf":
        return decodeBinary(kind, this.#content);
      default:
        throw errors.unsupportedMediaType(accepted);
    }
  }

  patch(supported: readonly PatchKind[]): { kind: PatchKind; value: unknown } {
    const kind = patchTypes[this.#type];
    if (!kind || !supported.includes(kind)) throw errors.unsupportedPatchType();
    return { kind, value: kind === "apply" ? readYaml(this.#content) : readJson(kind, this.#content) };
  }
}

function readYaml(content: Buffer): unknown {
  try {
    return parseYaml(content.toString());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw errors.badRequest(`error decoding YAML: error converting YAML to JSON: ${why}`);
  }
}

function readJson(kind: PatchKind, content: Buffer): unknown {
  const text = content.toString();
  try {
    return JSON.parse(text);
  } catch {
    const why = syntaxProblem(text);
    throw errors.badRequest(kind === "strategic" ? why : `error decoding patch: ${why}`);
  }
}
