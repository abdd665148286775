import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { type DialWire, dialRemoteCommand } from "./dial.ts";

for (const wire of ["websocket", "spdy"] satisfies DialWire[])
  test(`a refusal in plain words over ${wire} says them`, async (context) => {
    const words = 'container not found ("web")\n';
    const server = http.createServer().on("upgrade", (_request, socket) => {
      socket.end(`HTTP/1.1 404 Not Found\r\nContent-Length: ${words.length}\r\nConnection: close\r\n\r\n${words}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const target = { server: `http://127.0.0.1:${port}`, path: "/exec" };
    await assert.rejects(dialRemoteCommand(target, { stdin: false, stdout: true, stderr: true, tty: false }, wire), {
      name: "StatusError",
      message: 'unable to upgrade connection: container not found ("web")',
    });
  });
