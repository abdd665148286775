import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { proxyUpgrade } from "./proxy-upgrade.ts";

const servers: http.Server[] = [];

async function listen(server: http.Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

after(() => {
  for (const server of servers) server.close();
});

test("a path that begins with two slashes names no other server", async () => {
  const says = (name: string) =>
    http.createServer((request, response) => response.end(`${name} was asked for ${request.url}`));
  const stranger = await listen(says("the stranger"));
  const backend = `http://127.0.0.1:${await listen(says("the backend"))}`;
  const front = http.createServer().on("upgrade", (request, socket, head) => {
    void proxyUpgrade({ request, socket, head }, { server: backend, path: request.url! });
  });
  const client = connect(await listen(front), "127.0.0.1");
  client.write(`GET //127.0.0.1:${stranger}/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: any\r\n\r\n`);
  assert.match(await text(client), new RegExp(`the backend was asked for //127.0.0.1:${stranger}/x`));
});
