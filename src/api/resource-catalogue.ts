/** The resources that a server declares itself, to be looked up by path or by kind. Custom and aggregated ones are not among them: who wants those asks. */
import type { KubernetesObject } from "./object.ts";
import type { ResourceInfo } from "./resource.ts";
import { apiVersionOf } from "./schema/walk.ts";

type AnyInfo = ResourceInfo<KubernetesObject>;

export class ResourceCatalogue {
  readonly all: readonly AnyInfo[];
  /** Names of their groups; the core group's is empty. */
  readonly groups: ReadonlySet<string>;
  readonly #byPath: ReadonlyMap<string, AnyInfo>;
  readonly #byKind: ReadonlyMap<string, AnyInfo>;

  constructor(all: readonly AnyInfo[]) {
    this.all = all;
    this.groups = new Set(all.map(({ group }) => group));
    this.#byPath = new Map(all.map((info) => [`${info.apiVersion}/${info.resource}`, info]));
    this.#byKind = new Map(all.map((info) => [`${info.apiVersion}/${info.kind}`, info]));
  }

  /** Of that group, version and plural: `find("apps", "v1", "deployments")`. */
  find(group: string, version: string, plural: string): AnyInfo | undefined {
    return this.#byPath.get(`${apiVersionOf({ group, version })}/${plural}`);
  }

  /** The one that holds objects of that kind: `ofKind("apps/v1", "Deployment")`. */
  ofKind(apiVersion: string, kind: string): AnyInfo | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`);
  }

  /** These and more; itself where there are none. */
  with(more: readonly AnyInfo[]): ResourceCatalogue {
    return more.length === 0 ? this : new ResourceCatalogue([...this.all, ...more]);
  }
}
