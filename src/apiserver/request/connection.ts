/**
 * Subresources that take over the connection instead of answering an object: exec, attach, portforward, proxy, log. The request path has
 * authenticated and authorized the request; the handler does the rest, the answer's head included, and resolves when it is over.
 */
import type { User } from "../../auth/mod.ts";
import type { Exchange, UpgradeExchange } from "../http/exchange.ts";
import type { ResourceRequest } from "./request-info.ts";

export interface ConnectionRequest {
  readonly user: User;
  readonly request: ResourceRequest;
  readonly query: URLSearchParams;
  /** How the request came: as an ordinary exchange, or wanting to leave HTTP. */
  readonly via:
    | { readonly type: "exchange"; readonly exchange: Exchange }
    | { readonly type: "upgrade"; readonly exchange: UpgradeExchange };
}

/** A `StatusError` thrown before anything was answered becomes the answer. */
export type ConnectionHandler = (request: ConnectionRequest) => Promise<void>;

/** By resource and subresource: `pods/exec`, `nodes/proxy`. */
export type Connections = ReadonlyMap<string, ConnectionHandler>;
