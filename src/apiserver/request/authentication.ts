/** Who is asking? The first authenticator that knows; nobody in particular where none does. */
import type { Authenticator, Credentials, User } from "../../auth/mod.ts";
import { unauthorized } from "../errors.ts";
import type { Peer } from "../http/exchange.ts";

const anonymous: User = Object.freeze({ name: "system:anonymous", groups: Object.freeze(["system:unauthenticated"]) });

/** Throws the 401. */
export async function authenticate(
  authenticators: readonly Authenticator[],
  headers: Credentials["headers"],
  peer: Peer,
): Promise<User> {
  const credentials = credentialsOf(headers, peer);
  for (const authenticator of authenticators) {
    const user = await authenticator.authenticate(credentials);
    if (user) return user;
  }
  if (peer.refusedCertificate || headers.authorization) throw unauthorized();
  return anonymous;
}

function credentialsOf(headers: Credentials["headers"], { certificate, refusedCertificate }: Peer): Credentials {
  const protocols = headers["sec-websocket-protocol"];
  return {
    headers,
    ...(protocols && { webSocketProtocols: protocols.split(",").map((protocol) => protocol.trim()) }),
    ...(certificate && { clientCertificate: certificate }),
    ...(refusedCertificate && { refusedCertificate }),
  };
}
