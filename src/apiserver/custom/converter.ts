/** From one version of a custom resource to another. */
import type { KubernetesObject } from "../../api/mod.ts";

export interface Converter {
  /**
   * The objects in the version named. Takes over what it is given. Those that are of that version already come out as they are. A promise
   * where somebody else is asked.
   */
  convert(objects: KubernetesObject[], apiVersion: string): KubernetesObject[] | Promise<KubernetesObject[]>;
}

/** The strategy `None`: versions differ in their name only. */
export const renaming: Converter = Object.freeze({
  convert: (objects: KubernetesObject[], apiVersion: string) =>
    objects.map((object) => (object.apiVersion === apiVersion ? object : { ...object, apiVersion })),
});
