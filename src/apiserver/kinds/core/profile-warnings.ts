/** Annotations that name a profile where a field should. */
import type { corev1 } from "../../../api/mod.ts";
import { appArmorPrefix, seccompPodKey, seccompPrefix } from "./profile-annotations.ts";

const seccompText = 'non-functional in v1.27+; use the "seccompProfile" field instead';
export const appArmorText = 'deprecated since v1.30; use the "appArmorProfile" field instead';

export class ProfileWarnings {
  readonly #annotations: Readonly<Record<string, string>>;
  readonly #spec: corev1.PodSpec;
  readonly #prefix: string;
  readonly #warnings: string[];

  /** `prefix`: where the pod is, nothing where it is no template. Adds to `warnings`. */
  constructor(annotations: Readonly<Record<string, string>>, spec: corev1.PodSpec, prefix: string, warnings: string[]) {
    this.#annotations = annotations;
    this.#spec = spec;
    this.#prefix = prefix;
    this.#warnings = warnings;
  }

  ofPod(): void {
    if (!this.#spec.securityContext?.seccompProfile) this.#tell(seccompPodKey, seccompText);
  }

  ofContainer({ name, securityContext }: Pick<corev1.Container, "name" | "securityContext">): void {
    if (!securityContext?.seccompProfile) this.#tell(seccompPrefix + name, seccompText);
    // Who makes a pod was told when the annotations became fields.
    if (this.#prefix === "" || securityContext?.appArmorProfile || this.#spec.securityContext?.appArmorProfile) return;
    this.#tell(appArmorPrefix + name, appArmorText);
  }

  #tell(key: string, text: string): void {
    if (this.#annotations[key] !== undefined)
      this.#warnings.push(`${this.#prefix}metadata.annotations[${key}]: ${text}`);
  }
}
