/** What the folder of one added kind exports: everything that the rest of the program has to know of it. */
import type { KubernetesObject } from "../api/mod.ts";
import type { AddedKind, Strategy } from "../apiserver/mod.ts";
import type { ControllerEntry } from "../controllers/mod.ts";

export interface KindModule extends AddedKind {
  /** Started after the built-in ones, with the same options. */
  readonly controllers?: readonly ControllerEntry[];
}

interface KindParts<T extends KubernetesObject> extends Omit<KindModule, "strategy"> {
  readonly strategy: Strategy<T>;
}

/** A strategy is only ever given objects of its own resource, so its narrower type is forgotten here. */
export function defineKind<T extends KubernetesObject>({ strategy, ...parts }: KindParts<T>): KindModule {
  return { ...parts, strategy: strategy as unknown as Strategy<KubernetesObject> };
}
