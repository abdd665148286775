/** What a process of the cluster tells its supervisor over the message channel. */
export type ChildMessage =
  /** The keys and kubeconfig files that nodes need are written. */
  | { readonly type: "keys" }
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly message: string; readonly hint?: string };

/** Tells the supervisor, where there is one. */
export const tellSupervisor = (message: ChildMessage): void => tellParent(message);

/** Without a callback a parent that has gone would be an uncaught error. */
export function tellParent(message: object): void {
  process.send?.(message, undefined, undefined, () => {});
}
