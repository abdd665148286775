/**
 * Stored objects of a custom resource as one version shows them: with the defaults of the stored version, converted, and without what the
 * schema of this one does not know. Its own defaults are for those who write in it.
 */
import type { KubernetesObject } from "../../api/mod.ts";
import { Entry } from "../registry/cache/entry.ts";
import type { PendingWrite } from "../registry/cache/pending-write.ts";
import { type StoredForm, withRevision } from "../registry/cache/stored-form.ts";
import type { Converter } from "./converter.ts";

export interface VersionShape {
  readonly apiVersion: string;
  readonly form: StoredForm;
  readonly converter: Converter;
  /** Prunes and sets defaults, in place, as the stored version has them. */
  settle(object: KubernetesObject): void;
  /** Prunes, in place, as this version has it. */
  prune(object: KubernetesObject): void;
}

export class VersionObjects {
  readonly form: StoredForm;
  readonly #shape: VersionShape;
  /** What was written here, by the bytes that lie in the store: need not be read again. */
  readonly #written = new WeakMap<Uint8Array, PendingWrite>();

  constructor(shape: VersionShape) {
    this.#shape = shape;
    this.form = shape.form;
  }

  /** `stored` are the bytes of `pending` in the version of the store. */
  expect(stored: Uint8Array, pending: PendingWrite): void {
    this.#written.set(stored, pending);
  }

  /** Entries as they are stored, in this version. */
  entriesOf(stored: readonly Entry[]): readonly Entry[] | Promise<readonly Entry[]> {
    const objects = stored.map((entry) => this.#written.get(entry.stored) ?? parse(entry));
    const foreign = objects.filter((object) => !isPending(object)) as KubernetesObject[];
    if (foreign.length === 0) return this.#join(stored, objects, []);
    for (const object of foreign) this.#shape.settle(object);
    const converted = this.#shape.converter.convert(foreign, this.#shape.apiVersion);
    if (converted instanceof Promise) return converted.then((result) => this.#join(stored, objects, result));
    return this.#join(stored, objects, converted);
  }

  #join(
    stored: readonly Entry[],
    objects: readonly (KubernetesObject | PendingWrite)[],
    converted: readonly KubernetesObject[],
  ): readonly Entry[] {
    let next = 0;
    return stored.map((entry, position) => {
      const object = objects[position]!;
      return isPending(object) ? object.entryAt(entry.revision) : this.#entry(entry, converted[next++]!);
    });
  }

  #entry(stored: Entry, object: KubernetesObject): Entry {
    this.#shape.prune(object);
    const { key, revision } = stored;
    const bytes = this.form.encode(object);
    const shown = bytes.equals(stored.stored) ? stored : bytes;
    return new Entry(key, revision, shown, this.form, withRevision(object, revision));
  }
}

function isPending(object: KubernetesObject | PendingWrite): object is PendingWrite {
  return "entryAt" in object;
}

function parse({ stored }: Entry): KubernetesObject {
  return JSON.parse(stored.toString("utf8")) as KubernetesObject;
}
