/** A custom resource as one version reads and writes it. All versions share what is stored. */
import { clone, isStatusError, type KubernetesObject, type StatusError } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import type { Entry } from "../registry/cache/entry.ts";
import { PendingWrite } from "../registry/cache/pending-write.ts";
import type { StoredForm } from "../registry/cache/stored-form.ts";
import { ResourceStorage, type ResourceStorageOptions } from "../registry/resource-storage.ts";
import type { Converter } from "./converter.ts";
import type { VersionCache } from "./version-cache.ts";
import type { VersionObjects } from "./version-objects.ts";

export interface VersionStorageOptions extends ResourceStorageOptions {
  readonly objects: VersionCache;
  readonly shown: VersionObjects;
  readonly converter: Converter;
  /** The version that is stored. */
  readonly storedAs: { readonly apiVersion: string; readonly form: StoredForm };
  /** Prunes and sets defaults, in place. */
  settle(object: KubernetesObject): void;
  /** Prunes, in place, as the stored version has it. */
  pruneStored(object: KubernetesObject): void;
}

export class VersionStorage extends ResourceStorage {
  readonly #options: VersionStorageOptions;

  constructor(options: VersionStorageOptions) {
    super(options);
    this.#options = options;
  }

  override get revision(): number {
    return this.#options.objects.revision;
  }

  override async open(): Promise<void> {
    try {
      await this.#options.objects.ready();
    } catch (error) {
      throw isStatusError(error) ? this.#initializing(error) : error;
    }
  }

  /** As upstream's cache says it where it cannot be filled. */
  #initializing({ message }: StatusError): StatusError {
    const { apiVersion, kind } = this.info;
    const what = `failed to list ${apiVersion}, Kind=${kind}`;
    return errors.tooManyRequests(`storage is (re)initializing: ${what}: ${message}`, 1);
  }

  override async reach(revision: number): Promise<boolean> {
    if (!(await super.reach(revision))) return false;
    await this.open();
    return true;
  }

  override async fresh(): Promise<void> {
    await this.#freshStore();
    await this.#options.objects.ready();
  }

  /** Other objects that cannot be converted do not stand in the way of this one. */
  override async find(key: string): Promise<Entry | undefined> {
    await this.#freshStore();
    return this.#options.objects.find(key);
  }

  async #freshStore(): Promise<void> {
    const wanted = this.watchCache.store.revision;
    if (this.watchCache.revision >= wanted) return;
    if (!(await super.reach(wanted))) throw errors.resourceVersionTooLarge(wanted, this.revision);
  }

  override withDefaults(object: KubernetesObject): KubernetesObject {
    this.#options.settle(object);
    return object;
  }

  /** An update that changes nothing brings an object that lies there in another form into today's. */
  override isStored(pending: PendingWrite, current: Entry): boolean {
    if (!super.isStored(pending, current)) return false;
    const { objects, storedAs } = this.#options;
    if (storedAs.apiVersion === this.info.apiVersion) return objects.isShownAsStored(current);
    const stored = objects.storedOf(current);
    return stored?.stored.subarray(0, storedAs.form.head.length).equals(storedAs.form.head) ?? false;
  }

  override async rehearse(pending: PendingWrite, revision: number): Promise<Entry> {
    await this.#stored(pending);
    return super.rehearse(pending, revision);
  }

  async #stored({ key, object }: PendingWrite): Promise<PendingWrite> {
    const { converter, storedAs, pruneStored } = this.#options;
    const foreign = storedAs.apiVersion !== this.info.apiVersion;
    const [converted] = await converter.convert([foreign ? clone(object) : { ...object }], storedAs.apiVersion);
    if (foreign) pruneStored(converted!);
    return new PendingWrite(key, converted!, storedAs.form);
  }

  override async write(pending: PendingWrite, expected: number): Promise<Entry | undefined> {
    const write = await this.#stored(pending);
    const { shown, storedAs } = this.#options;
    // What the stored version does not know is not shown again either.
    const foreign = storedAs.apiVersion !== this.info.apiVersion;
    if (!foreign) shown.expect(write.stored, pending);
    const entry = await super.write(write, expected);
    if (!entry || !foreign) return entry && pending.entryAt(entry.revision);
    return (await shown.entriesOf([entry]))[0];
  }
}
