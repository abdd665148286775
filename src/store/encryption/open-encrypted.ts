/** A store with the encryption that a configuration asks for, and another one when it is given. */
import type { Store } from "../contract.ts";
import { parseEncryption } from "./configuration.ts";
import { EncryptedStore } from "./encrypted-store.ts";
import { EncryptionRules, type GroupResource } from "./rules.ts";

export interface EncryptionOptions {
  /** An EncryptionConfiguration, YAML or JSON. */
  readonly configuration: string;
  /** The resource of the object at a key; nothing for keys of another shape. */
  resourceOf(key: string): GroupResource | undefined;
  /** Told of what goes wrong later: a value that no key opens. */
  onProblem(error: unknown): void;
}

export interface ConfiguredStore extends Store {
  /** Nothing where every plug-in works; otherwise what does not. */
  encryptionProblem(): string | undefined;
  /** From now on. Throws `bad-configuration`, and changes nothing, where it makes no sense. */
  replaceConfiguration(text: string): void;
}

/** Throws `bad-configuration` where the configuration makes no sense. */
export function openEncrypted(inner: Store, options: EncryptionOptions): ConfiguredStore {
  const { configuration, resourceOf, onProblem } = options;
  const rulesOf = (text: string) => new EncryptionRules(parseEncryption(text), resourceOf);
  let rules = rulesOf(configuration);
  const store = new EncryptedStore(inner, { rules, onProblem });
  return Object.assign(store, {
    encryptionProblem: () => rules.providers.find(({ problem }) => problem !== undefined)?.problem,
    replaceConfiguration(text: string) {
      const old = rules;
      rules = rulesOf(text);
      store.replaceRules(rules);
      // Who asked the old ones a moment ago still has an answer.
      for (const provider of old.providers) provider.retire?.();
    },
  });
}
