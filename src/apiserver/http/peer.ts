import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Peer } from "./exchange.ts";

const known = new WeakMap<Socket, Peer>();

/** Who is at the other end; looked up once per connection. */
export function peerOf(socket: Socket): Peer {
  let peer = known.get(socket);
  if (!peer) {
    peer = describe(socket);
    known.set(socket, peer);
  }
  return peer;
}

function describe(socket: Socket): Peer {
  const { remoteAddress = "", remotePort } = socket;
  const local = remoteAddress === "" || remoteAddress === "::1" || /^(::ffff:)?127\./.test(remoteAddress);
  const address = remoteAddress === "" ? "" : `${remoteAddress}:${remotePort}`;
  const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
  const authorized = socket instanceof TLSSocket && socket.authorized;
  return {
    address,
    local,
    refusedCertificate: shown !== undefined && !authorized,
    ...(shown && authorized && { certificate: shown }),
  };
}
