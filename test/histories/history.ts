/** What clients asked of a server and what they were answered, in the order in which it happened to them. */

/** Moments are numbers of one clock that all clients share: no two are alike. */
export interface Span {
  readonly invoked: number;
  /** Absent: it was never answered, or so that it may have happened or not. */
  readonly answered?: number;
}

export type Write = Span & {
  readonly kind: "create" | "update" | "delete";
  readonly key: string;
  /** No two writes have the same; a deletion has none. */
  readonly value?: string;
  /** Of updates and deletions, always: the revision that the key must have. */
  readonly expected?: number;
  readonly outcome: "done" | "refused" | "unknown";
  /** Of creations and updates that were done. */
  readonly revision?: number;
};

/** `found` is absent where the key was not there. */
export type Read = Span & { readonly kind: "get"; readonly key: string; readonly found?: Version };

export type List = Span & { readonly kind: "list"; readonly revision: number; readonly items: readonly Version[] };

export interface Version {
  readonly key: string;
  readonly revision: number;
  readonly value: string;
}

/** What one watch told, from the revision it began at, over all its connections. */
export interface Watched {
  readonly from: number;
  readonly events: readonly Change[];
}

export interface Change extends Version {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
}

export interface History {
  readonly operations: readonly (Write | Read | List)[];
  readonly watches: readonly Watched[];
}
