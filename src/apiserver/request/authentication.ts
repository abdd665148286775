/** Who is asking? The first authenticator that knows; nobody in particular where none does. */
import type { Authenticator, Credentials, User } from "../../auth/mod.ts";
import { unauthorized } from "../errors.ts";
import type { Exchange } from "../http/exchange.ts";

const anonymous: User = Object.freeze({ name: "system:anonymous", groups: Object.freeze(["system:unauthenticated"]) });

type Request = Pick<Exchange, "headers" | "rawHeaders" | "peer">;

/** Throws the 401. */
export async function authenticate(
  authenticators: readonly Authenticator[],
  exchange: Request,
  path: string,
): Promise<User> {
  const credentials = credentialsOf(exchange, path);
  for (const authenticator of authenticators) {
    const user = await authenticator.authenticate(credentials);
    if (user) return user;
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
