/** Which providers an object's resource has: the first seals, all of them open. */
import { unreadable } from "../errors.ts";
import { identity, type Opened, type Provider } from "./provider.ts";

export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

export interface EncryptionRule {
  /** `secrets`, `deployments.apps`, `*.apps`, `*.` for the group without a name, `*.*`. */
  readonly resources: readonly string[];
  readonly providers: readonly Provider[];
}

export class EncryptionRules {
  readonly #rules: readonly EncryptionRule[];
  readonly #resourceOf: (key: string) => GroupResource | undefined;
  readonly #known = new Map<string, readonly Provider[] | undefined>();

  constructor(rules: readonly EncryptionRule[], resourceOf: (key: string) => GroupResource | undefined) {
    this.#rules = rules;
    this.#resourceOf = resourceOf;
  }

  get providers(): readonly Provider[] {
    return this.#rules.flatMap(({ providers }) => providers);
  }

  /** Nothing where the object is stored as it is and always was. */
  providersOf(key: string): readonly Provider[] | undefined {
    const asked = this.#resourceOf(key);
    if (!asked) return undefined;
    const name = `${asked.resource}.${asked.group}`;
    if (!this.#known.has(name)) this.#known.set(name, this.#find(asked));
    return this.#known.get(name);
  }

  #find({ group, resource }: GroupResource): readonly Provider[] | undefined {
    const names = new Set([group === "" ? resource : `${resource}.${group}`, `*.${group}`, "*.*"]);
    return this.#rules.find(({ resources }) => resources.some((one) => names.has(one)))?.providers;
  }
}

/** By the provider whose mark the bytes bear. Throws or rejects `unreadable`. */
export function openWith(providers: readonly Provider[], stored: Uint8Array, key: string): Opened | Promise<Opened> {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const sealed = bytes.subarray(0, 8).toString("latin1") === "k8s:enc:";
  for (const provider of providers) {
    if (provider === identity) {
      if (!sealed) return provider.open(bytes, key);
    } else if (bytes.subarray(0, provider.prefix.length).equals(provider.prefix)) return provider.open(bytes, key);
  }
  throw unreadable(key, "no matching prefix found");
}
