/** Which webhooks want to be asked again, because others have changed the object since. */
import type { KubernetesObject } from "../../api/mod.ts";

export class Rounds {
  /** As the last webhook left it, before other plugins run again. */
  output: KubernetesObject | undefined;
  readonly #asked = new Set<string>();
  readonly #wanted = new Set<string>();

  /** One that wants to be asked again has been asked. */
  add(id: string): void {
    this.#asked.add(id);
  }

  /** The object has changed: all that were asked before are to be asked again. */
  requireEarlier(): void {
    for (const id of this.#asked) this.#wanted.add(id);
    this.#asked.clear();
  }

  /** True in the second round for those that are to be asked in it; one that was not asked in the first is not asked at all. */
  wants(id: string): boolean {
    return this.#wanted.has(id);
  }
}
