/** Conversion by webhook: objects of other versions are sent to it, and what comes back is checked. */
import type { KubernetesObject } from "../../api/mod.ts";
import { callWebhook, type ServiceResolver, type WebhookClientConfig, WebhookError } from "../../client/mod.ts";
import { isObject } from "../apply/type-rules.ts";
import * as errors from "../errors.ts";
import { convertedObjects, InvalidConversion, reviewOf, reviewVersion } from "./conversion-review.ts";
import { checkVersion, InvalidObject, withOriginalMetadata } from "./converted-object.ts";
import type { Converter } from "./converter.ts";
import type { Definition } from "./definition.ts";

/** As upstream gives it. */
const timeoutMs = 30_000;
/** Of JSON in one call; the answer has a limit of its own, and conversion may make objects larger. */
const batchBytes = 1024 * 1024;

/** Undefined where the definition does not convert by webhook. */
export function webhookConverter({ spec }: Definition, resolver: ServiceResolver): Converter | undefined {
  const { strategy, webhook } = spec.conversion ?? {};
  const version = reviewVersion(webhook?.conversionReviewVersions ?? []);
  if (strategy !== "Webhook" || !webhook?.clientConfig || !version) return undefined;
  return new WebhookConverter(webhook.clientConfig as WebhookClientConfig, version, resolver);
}

class WebhookConverter implements Converter {
  readonly #clientConfig: WebhookClientConfig;
  readonly #reviewVersion: string;
  readonly #resolver: ServiceResolver;

  constructor(clientConfig: WebhookClientConfig, version: string, resolver: ServiceResolver) {
    this.#clientConfig = clientConfig;
    this.#reviewVersion = version;
    this.#resolver = resolver;
  }

  convert(objects: KubernetesObject[], apiVersion: string): KubernetesObject[] | Promise<KubernetesObject[]> {
    const foreign = objects.filter((object) => object.apiVersion !== apiVersion);
    if (foreign.length === 0) return objects;
    return this.#convertForeign(objects, foreign, apiVersion);
  }

  async #convertForeign(
    objects: readonly KubernetesObject[],
    foreign: readonly KubernetesObject[],
    apiVersion: string,
  ): Promise<KubernetesObject[]> {
    const converted: KubernetesObject[] = [];
    for (const batch of batches(foreign)) converted.push(...(await this.#ask(batch, apiVersion)));
    let next = 0;
    return objects.map((object) => (object.apiVersion === apiVersion ? object : converted[next++]!));
  }

  async #ask(objects: readonly KubernetesObject[], apiVersion: string): Promise<KubernetesObject[]> {
    const failure = (why: string) =>
      errors.plainFailure(`conversion webhook for ${objects[0]!.apiVersion}, Kind=${objects[0]!.kind} ${why}`);
    try {
      return checked(objects, await this.#call(objects, apiVersion), apiVersion);
    } catch (error) {
      if (error instanceof InvalidObject) throw failure(`returned ${error.message}`);
      if (error instanceof InvalidConversion || error instanceof WebhookError)
        throw failure(`failed: ${error.message}`);
      throw error;
    }
  }

  async #call(objects: readonly KubernetesObject[], apiVersion: string): Promise<readonly unknown[]> {
    const review = reviewOf(this.#reviewVersion, objects, apiVersion);
    const answer = await callWebhook({
      clientConfig: this.#clientConfig,
      body: review,
      timeoutMs,
      resolver: this.#resolver,
    });
    return convertedObjects(answer, review);
  }
}

function checked(
  objects: readonly KubernetesObject[],
  converted: readonly unknown[],
  apiVersion: string,
): KubernetesObject[] {
  if (converted.length !== objects.length)
    throw new InvalidObject(`${converted.length} objects, expected ${objects.length}`);
  return objects.map((object, position) => {
    const answer = converted[position];
    if (!isObject(answer)) throw errors.plainFailure(noObject(answer));
    const found = answer as unknown as KubernetesObject;
    checkVersion(found, apiVersion, object.kind, position);
    return withOriginalMetadata(object, found);
  });
}

function noObject(answer: unknown): string {
  if (answer === null || answer === undefined) return "unexpected end of JSON input";
  const type = Array.isArray(answer) ? "array" : typeof answer === "boolean" ? "bool" : typeof answer;
  return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
}

function batches(objects: readonly KubernetesObject[]): KubernetesObject[][] {
  const found: KubernetesObject[][] = [];
  let bytes = 0;
  for (const object of objects) {
    const length = JSON.stringify(object).length;
    const last = found.at(-1);
    bytes += length;
    if (last && bytes <= batchBytes) last.push(object);
    else {
      found.push([object]);
      bytes = length;
    }
  }
  return found;
}
