import assert from "node:assert/strict";
import { once } from "node:events";
import https from "node:https";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { CertificateAuthority } from "../auth/mod.ts";
import { endable } from "./endable.ts";

const authority = CertificateAuthority.create("test");
const pair = authority.issue({ commonName: "server", alternativeNames: ["127.0.0.1"], usage: "server" });

test("a server ends at once: in a handshake that goes no further, with an idle connection and with one that has left HTTP", async () => {
  const server = https.createServer({ cert: pair.certificate, key: pair.key });
  const end = endable(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const silent = connect(port, "127.0.0.1");
  await once(server, "connection");
  const secure = async () => {
    const socket = connectTls({ port, host: "127.0.0.1", ca: authority.certificate });
    await once(server, "secureConnection");
    return socket;
  };
  const idle = await secure();
  const upgraded = await secure();
  upgraded.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
  await once(server, "upgrade");
  const closed = [silent, idle, upgraded].map((socket) => {
    socket.on("error", () => {});
    return once(socket.resume(), "close");
  });
  await end();
  await Promise.all(closed);
  assert.equal(server.listening, false);
});
