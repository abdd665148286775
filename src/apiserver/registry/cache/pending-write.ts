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

  /** `object` must not be changed afterwards. */
  constructor(key: string, object: KubernetesObject, form: StoredForm, former?: Former) {
    this.key = key;
    this.object = object;
    this.#form = form;
    this.stored = form.encode(object, former);
  }

  /** The entry of this write, once its revision is known. */
  entryAt(revision: number): Entry {
    this.#entry ??= new Entry(this.key, revision, this.stored, this.#form, withRevision(this.object, revision));
    return this.#entry;
  }
}
