/** An object on its way into the store. The writer and the watch cache end up with the same entry, so it is never decoded again. */
import type { KubernetesObject } from "../../../api/mod.ts";
import { Entry } from "./entry.ts";
import { type Former, type StoredForm, withRevision } from "./stored-form.ts";

export class PendingWrite {
  readonly key: string;
  readonly stored: Buffer;
  readonly object: KubernetesObject;
  readonly #form: StoredForm;
  #entry: Entry | undefined;

  /** `object` must not be changed afterwards; its metadata belongs to the write. `former`: what it takes the place of. */
  constructor(key: string, object: KubernetesObject, form: StoredForm, former?: Former) {
    this.key = key;
    this.object = object;
    this.#form = form;
    prepare(object);
    this.stored = form.encode(object, former);
  }

  /** The entry of this write, once its revision is known. */
  entryAt(revision: number): Entry {
    this.#entry ??= new Entry(this.key, revision, this.stored, this.#form, this.#at(revision));
    return this.#entry;
  }

  #at(revision: number): KubernetesObject {
    const { metadata } = this.object;
    // Versions of a custom resource may share it.
    if (revision === 0 || Object.isFrozen(metadata)) return withRevision(this.object, revision);
    metadata.resourceVersion = String(revision);
    return this.object;
  }
}

/**
 * The version that it was made from is not stored with it. Lists of that version become others: `JSON.stringify` takes twice as long for a whole
 * object where one list in it is frozen.
 */
function prepare(object: KubernetesObject): void {
  const metadata = object.metadata as unknown as Record<string, unknown>;
  if (metadata["resourceVersion"] !== undefined) metadata["resourceVersion"] = undefined;
  for (const name of ["managedFields", "ownerReferences", "finalizers"]) {
    const list = metadata[name];
    if (Array.isArray(list) && Object.isFrozen(list)) metadata[name] = [...list];
  }
}
