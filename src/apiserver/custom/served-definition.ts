/** A definition as long as nothing of it changes: its versions in the table of resources, each made when it is first asked for. */
import type { AdmissionForm } from "../../admission/mod.ts";
import { clone, type KubernetesObject } from "../../api/mod.ts";
import { compareVersions } from "../discovery/version-order.ts";
import * as errors from "../errors.ts";
import { storedForm } from "../registry/cache/stored-form.ts";
import type { Engine } from "../registry/engine.ts";
import { resourcePrefix } from "../registry/keys.ts";
import { partEndpoint, resourceEndpoint } from "../registry/resource-endpoint.ts";
import type { PublishedForm } from "../registry/resource-table.ts";
import type { Served } from "../registry/served.ts";
import { scaleEndpoint } from "../registry/subresources/scale.ts";
import { View } from "../registry/view.ts";
import type { Endpoint, Handler } from "../request/call.ts";
import type { Verb } from "../request/request-info.ts";
import type { Converter } from "./converter.ts";
import { CustomDecoder } from "./decoder.ts";
import { type Definition, type DefinitionVersion, isTrue, storageVersion } from "./definition.ts";
import { type CustomResourceInfo, customResourceInfo, lastVerbs } from "./resource-info.ts";
import { publishedNames, publishedSchema } from "./schema/published-schema.ts";
import { customStrategy, onlyCustomStatus } from "./strategy.ts";
import { VersionCache } from "./version-cache.ts";
import { VersionObjects } from "./version-objects.ts";
import { VersionSchema } from "./version-schema.ts";
import { VersionStorage } from "./version-storage.ts";

export interface ServedOptions {
  readonly engine: Engine;
  readonly definition: Definition;
  readonly converter: Converter;
}

export class ServedDefinition {
  readonly definition: Definition;
  readonly #options: ServedOptions;
  readonly #infos: readonly CustomResourceInfo[];
  readonly #schemas = new Map<string, VersionSchema>();
  readonly #served = new Map<string, Served>();
  readonly #caches: VersionCache[] = [];

  constructor(options: ServedOptions) {
    this.definition = options.definition;
    this.#options = options;
    const versions = options.definition.spec.versions.filter(({ served }) => served);
    this.#infos = versions.map((version) => customResourceInfo(options.definition, version));
    for (const [position, version] of versions.entries()) this.#add(this.#infos[position]!, version);
  }

  /** Takes it out of the table and ends its watches. */
  close(): void {
    const { table } = this.#options.engine;
    for (const { apiVersion, resource } of this.#infos) table.remove(apiVersion, resource);
    for (const cache of this.#caches) cache.close();
  }

  #add(info: CustomResourceInfo, version: DefinitionVersion): void {
    const served = () => this.#of(info, version);
    const going = isTrue(this.definition, "Terminating");
    const verbs = info.verbs as readonly Verb[];
    const endpoint = later(verbs, () => resourceEndpoint(served()));
    const subresources = new Map<string, Endpoint>();
    for (const { name, verbs: own } of info.subresources)
      subresources.set(
        name,
        later(own as readonly Verb[], () => partOf(name, served(), own)),
      );
    const warning = deprecation(this.definition, info, version);
    this.#options.engine.table.add({
      info: going ? { ...info, verbs: lastVerbs } : info,
      endpoint: going ? { ...endpoint, create: refuseCreate } : endpoint,
      subresources,
      published: this.#published(info, version),
      ...(warning && { warning }),
    });
  }

  #published(info: CustomResourceInfo, version: DefinitionVersion): PublishedForm {
    const { metadata, spec } = this.definition;
    const { group, kind, listKind, resource: plural } = info;
    const schema = version.schema?.openAPIV3Schema;
    const preserveUnknownFields = spec.preserveUnknownFields === true;
    const selectable = version.selectableFields && { selectableFields: version.selectableFields };
    const resource = {
      group,
      version: info.version,
      kind,
      listKind,
      plural,
      schema,
      preserveUnknownFields,
      ...selectable,
    };
    return {
      names: publishedNames(resource),
      tag: `${metadata.uid} ${metadata.generation}`,
      definitions: (dialect, descriptions) => publishedSchema(dialect, resource, descriptions),
    };
  }

  #of(info: CustomResourceInfo, version: DefinitionVersion): Served {
    let served = this.#served.get(info.version);
    if (!served) {
      served = this.#make(info, version);
      this.#served.set(info.version, served);
    }
    return served;
  }

  #make(info: CustomResourceInfo, version: DefinitionVersion): Served {
    const { engine, converter } = this.#options;
    const schema = this.#schemaOf(version.name)!;
    const versions = this.definition.spec.versions.map(({ name }) => name);
    const strategy = customStrategy(info, version, schema, versions);
    // What a client sent has been through it before: of nulls only those are left that validation is to tell of.
    const settle = (object: Parameters<VersionSchema["settle"]>[0]) => void schema.settle(object, "kept");
    const form = storedForm(info);
    const shown = new VersionObjects({
      apiVersion: info.apiVersion,
      form,
      converter,
      // It may have been stored when another version was the one to store.
      settle: (object) => void this.#schemaOf(versionOf(object))?.settle(object),
      prune: (object) => schema.prune(object),
    });
    const stored = engine.watchCache.resource(resourcePrefix(info.group, info.resource));
    const objects = new VersionCache(engine.watchCache, stored, shown);
    this.#caches.push(objects);
    const storage = new VersionStorage({
      strategy,
      cache: engine.watchCache,
      admission: engine.admission,
      objects,
      shown,
      converter,
      storedAs: this.#storedAs(info),
      settle,
      pruneStored: (object) => this.#schemaOf(versionOf(object))?.prune(object),
    });
    storage.forms.push(...this.#otherForms(info));
    const kind = { ...info, decoder: new CustomDecoder(info, schema) };
    const view = new View(info, strategy, { kind });
    return { storage, view, ownership: engine.ownership };
  }

  /** Nothing for a version that there is no more. */
  #schemaOf(name: string): VersionSchema | undefined {
    const known = this.#schemas.get(name);
    if (known) return known;
    const version = this.definition.spec.versions.find((one) => one.name === name);
    if (!version) return undefined;
    const schema = new VersionSchema(this.definition, version);
    this.#schemas.set(name, schema);
    return schema;
  }

  /** The other versions, as admission may ask for them. */
  #otherForms(own: CustomResourceInfo): AdmissionForm[] {
    const { converter } = this.#options;
    const convert = async (object: KubernetesObject, apiVersion: string) =>
      (await converter.convert([clone(object)], apiVersion))[0]!;
    return this.#infos
      .filter((info) => info !== own)
      .map((resource) => ({
        resource,
        show: (object) => convert(object, resource.apiVersion),
        take: (object) => convert(object, own.apiVersion),
      }));
  }

  #storedAs({ group, kind }: CustomResourceInfo) {
    const apiVersion = `${group}/${storageVersion(this.definition)}`;
    return { apiVersion, form: storedForm({ apiVersion, kind, schema: undefined }) };
  }
}

function versionOf({ apiVersion }: KubernetesObject): string {
  return apiVersion.slice(apiVersion.indexOf("/") + 1);
}

function partOf(name: string, served: Served, verbs: readonly string[]): Endpoint {
  const { scale } = served.view.strategy;
  if (name === "scale" && scale) return scaleEndpoint(served, scale);
  return partEndpoint({ ...served, confine: onlyCustomStatus }, verbs);
}

/** Handlers that are made at the first call. */
function later(verbs: readonly Verb[], make: () => Endpoint): Endpoint {
  let made: Endpoint | undefined;
  const handler =
    (verb: Verb): Handler =>
    (call) => {
      made ??= make();
      const handle = made[verb];
      if (!handle) throw errors.methodNotAllowed();
      return handle(call);
    };
  return Object.fromEntries(verbs.map((verb) => [verb, handler(verb)]));
}

async function refuseCreate(): Promise<never> {
  throw errors.notAllowedWhileTerminating("create");
}

function deprecation(
  { spec }: Definition,
  { apiVersion, group, kind }: CustomResourceInfo,
  version: DefinitionVersion,
): string | undefined {
  if (!version.deprecated) return undefined;
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const current = spec.versions
    .filter(({ served, deprecated }) => served && !deprecated)
    .map(({ name }) => name)
    .sort((one, other) => compareVersions(other, one))[0];
  const told = `${apiVersion} ${kind} is deprecated`;
  if (current === undefined || compareVersions(current, version.name) < 0) return told;
  return `${told}; use ${group}/${current} ${kind}`;
}
