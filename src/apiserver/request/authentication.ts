/** Who is asking? The first authenticator that knows; nobody in particular where none does. */
import type { Authenticator, Credentials, User } from "../../auth/mod.ts";
import { unauthorized } from "../errors.ts";
import type { Exchange } from "../http/exchange.ts";

const anonymous: User = Object.freeze({ name: "system:anonymous", groups: Object.freeze(["system:unauthenticated"]) });

type Request = Pick<Exchange, "headers" | "rawHeaders" | "peer">;

/** Throws, or rejects with, the 401. Synchronous where the first authenticator is and knows. */
export function authenticate(
  authenticators: readonly Authenticator[],
  exchange: Request,
  path: string,
): User | Promise<User> {
  const credentials = credentialsOf(exchange, path);
  const first = authenticators[0]?.authenticate(credentials);
  if (first && !(first instanceof Promise)) return first;
  return askOthers(authenticators, exchange, credentials, first);
}

async function askOthers(
  authenticators: readonly Authenticator[],
  exchange: Request,
  credentials: Credentials,
  first: Promise<User | undefined> | undefined,
): Promise<User> {
  const user = await first;
  if (user) return user;
  for (const authenticator of authenticators.slice(1)) {
    const other = await authenticator.authenticate(credentials);
    if (other) return other;
  }
  if (exchange.peer.refusedCertificate || exchange.headers.authorization) throw unauthorized();
  return anonymous;
}

function credentialsOf({ headers, rawHeaders, peer }: Request, path: string): Credentials {
  const { certificate, refusedCertificate } = peer;
  const protocols = headers["sec-websocket-protocol"];
  return {
    headers,
    rawHeaders,
    path,
    ...(protocols && { webSocketProtocols: protocols.split(",").map((protocol) => protocol.trim()) }),
    ...(certificate && { clientCertificate: certificate }),
    ...(refusedCertificate && { refusedCertificate }),
  };
}
