/** What the request path knows of servers behind this one: whom to give a request to that has been authenticated and authorized. */
import type { User } from "../../auth/mod.ts";
import type { Exchange, UpgradeExchange } from "../http/exchange.ts";

export interface RemoteHandler {
  /** Answers the status code that was sent. */
  serve(user: User, exchange: Exchange): Promise<number>;
  upgrade(user: User, exchange: UpgradeExchange): Promise<void>;
}

export interface RemoteApis {
  /** Nothing: this server answers the path itself. */
  find(path: string): RemoteHandler | undefined;
}
