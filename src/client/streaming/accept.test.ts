import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { Duplex } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { WebSocket } from "ws";
import { StatusError } from "../../api/mod.ts";
import { acceptPortForward, acceptRemoteCommand } from "./accept.ts";
import { type DialWire, dialPortForward, dialRemoteCommand, dialSpdy, dialWebSocket } from "./dial.ts";
import { joinStreams } from "./port-forward.ts";
import { proxyUpgrade } from "./proxy-upgrade.ts";
import {
  bridgeRemoteCommand,
  commandExited,
  exitCodeOf,
  type RemoteCommandServer,
  type StreamFlags,
  type TerminalSize,
} from "./remote-command.ts";
import { type UpgradeRequest, upgradeKind } from "./upgrade.ts";

const all: StreamFlags = { stdin: true, stdout: true, stderr: true, tty: false };
const terminal: StreamFlags = { ...all, stderr: false, tty: true };
const flagsOf = (path: string): StreamFlags => (path.includes("tty") ? terminal : all);

/** Commands that the test server knows, by the last part of the path. */
const commands: Record<string, (streams: RemoteCommandServer) => Promise<void>> = {
  /** Repeats its input in upper case, says on stderr how much it was, and ends with exit code 7. */
  shout: async ({ stdin, stdout, stderr, finish }) => {
    const input = await text(stdin!);
    stdout!.write(input.toUpperCase());
    stderr?.write(`${input.length} characters`);
    await finish(commandExited(7));
  },
  /** Writes much and ends well. */
  flood: async ({ stdout, finish }) => {
    stdout!.write(Buffer.alloc(5_000_000, "x"));
    await finish(commandExited(0));
  },
  /** Answers the first terminal size. */
  tty: async ({ sizes, stdout, finish }) => {
    for await (const { width, height } of sizes) {
      stdout!.write(`${width}x${height}`);
      return finish(commandExited(0));
    }
  },
  /** Waits until the client leaves. */
  wait: async ({ closed }) => {
    left.resolve(closed);
  },
};
const left = Promise.withResolvers<void>();

async function echo(port: number): Promise<Duplex> {
  if (port === 81) throw new Error("nobody listens on 81");
  const socket = net.connect({ port: echoPort, host: "127.0.0.1" });
  await once(socket, "connect");
  return socket;
}

let echoPort = 0;
let server = "";
let proxy = "";
const servers: net.Server[] = [];

async function listen(one: net.Server): Promise<number> {
  servers.push(one);
  one.listen(0, "127.0.0.1");
  await once(one, "listening");
  return (one.address() as AddressInfo).port;
}

function upgradeServer(serve: (upgrade: UpgradeRequest, path: string) => Promise<unknown>): net.Server {
  const one = http.createServer((_request, response) => {
    response.writeHead(403, { "content-type": "application/json" });
    response.end(JSON.stringify({ kind: "Status", status: "Failure", message: "no", reason: "Forbidden", code: 403 }));
  });
  one.on("upgrade", (request, socket, head) => void serve({ request, socket, head }, request.url!));
  return one;
}

async function serveHere(upgrade: UpgradeRequest, path: string): Promise<void> {
  if (path.startsWith("/ports")) return acceptPortForward(upgrade, echo, [80, 81]);
  const streams = await acceptRemoteCommand(upgrade, flagsOf(path));
  if (streams) await commands[path.slice(1)]!(streams);
}

/** Takes WebSocket or SPDY and goes on in SPDY, as an API server before a node; what it need not understand it passes on as it is. */
async function serveBefore(upgrade: UpgradeRequest, path: string): Promise<void> {
  if (upgradeKind(upgrade.request) === "spdy") return proxyUpgrade(upgrade, { server, path });
  const streams = await acceptRemoteCommand(upgrade, flagsOf(path));
  if (streams) await bridgeRemoteCommand(streams, await dialRemoteCommand({ server, path }, flagsOf(path), "spdy"));
}

before(async () => {
  echoPort = await listen(net.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)));
  server = `http://127.0.0.1:${await listen(upgradeServer(serveHere))}`;
  proxy = `http://127.0.0.1:${await listen(upgradeServer(serveBefore))}`;
});
after(() => {
  for (const one of servers) one.close();
});

const wires: readonly DialWire[] = ["websocket", "spdy"];
for (const wire of wires)
  for (const way of ["direct", "through a proxy"] as const)
    describe(`a command over ${wire}, ${way}`, () => {
      const dial = (path: string) =>
        dialRemoteCommand({ server: way === "direct" ? server : proxy, path }, flagsOf(path), wire);

      test("input arrives and ends, both outputs and the exit code come back", async () => {
        const command = await dial("/shout");
        command.stdin!.end("hello");
        const [stdout, stderr, status] = await Promise.all([
          text(command.stdout!),
          text(command.stderr!),
          command.result,
        ]);
        assert.deepEqual([stdout, stderr, exitCodeOf(status)], ["HELLO", "5 characters", 7]);
        await command.close();
      });

      test("all of a long output arrives before the end", async () => {
        const command = await dial("/flood");
        command.stderr!.resume();
        const [stdout, status] = await Promise.all([buffer(command.stdout!), command.result]);
        assert.deepEqual([stdout.length, exitCodeOf(status)], [5_000_000, 0]);
        await command.close();
      });

      test("the terminal's size reaches the command", async () => {
        const command = await dial("/tty");
        const size: TerminalSize = { width: 120, height: 40 };
        command.resize(size);
        assert.equal(await text(command.stdout!), "120x40");
        await command.close();
      });
    });

for (const wire of wires)
  describe(`port-forward over ${wire}`, () => {
    test("connections carry bytes both ways and end on their own", async () => {
      const ports = await dialPortForward({ server, path: "/ports" }, wire);
      const answers = Array.from({ length: 5 }, async (_, n) => {
        const { data, failure } = await ports.connect(80);
        data.end(`echo ${n} `.repeat(20_000));
        assert.equal(await text(data), `echo ${n} `.repeat(20_000));
        assert.equal(await failure, undefined);
      });
      await Promise.all(answers);
      await ports.close();
    });

    test("a port that nobody listens on fails with the reason, and others go on", async () => {
      const ports = await dialPortForward({ server, path: "/ports" }, wire);
      const { data, failure } = await ports.connect(81);
      assert.equal(await failure, "nobody listens on 81");
      assert.equal(await text(data), "");
      const other = await ports.connect(80);
      other.data.end("still here");
      assert.equal(await text(other.data), "still here");
      await ports.close();
    });
  });

test("a command learns when its client leaves", async () => {
  const command = await dialRemoteCommand({ server, path: "/wait" }, all, "spdy");
  await command.close();
  await left.promise;
  await assert.rejects(command.result, /before the command did/);
});

test("old WebSocket clients get their streams in channels, in binary and in base64", async () => {
  for (const [protocol, one] of [
    ["channel.k8s.io", "\u0001"],
    ["base64.channel.k8s.io", "1"],
    ["", "\u0001"],
  ] as const) {
    const webSocket = new WebSocket(`${server.replace("http", "ws")}/flood`, protocol === "" ? [] : [protocol]);
    const messages: Buffer[] = [];
    webSocket.on("message", (data) => messages.push(data as Buffer));
    await once(webSocket, "close");
    assert.equal(messages[0]!.toString(), one, "the first message is empty: the server is there");
    assert.ok(messages.every((message) => message.toString("latin1", 0, 1) === one));
    const decoded = messages.map((message) =>
      one === "1" ? Buffer.from(message.toString("latin1", 1), "base64") : message.subarray(1),
    );
    assert.equal(Buffer.concat(decoded).length, 5_000_000);
  }
});

test("old WebSocket clients forward ports in pairs of channels", async () => {
  const { webSocket } = await dialWebSocket({ server, path: "/ports" }, ["v4.channel.k8s.io"]);
  const received = new Map<number, Buffer>();
  const echoed = Promise.withResolvers<void>();
  webSocket.on("message", (data: Buffer) => {
    const bytes = Buffer.concat([received.get(data[0]!) ?? Buffer.alloc(0), data.subarray(1)]);
    received.set(data[0]!, bytes);
    if (received.get(0)?.length === 7 && (received.get(3)?.length ?? 0) > 2) echoed.resolve();
  });
  webSocket.resume();
  webSocket.send(Buffer.from("\u0000hello"));
  await echoed.promise;
  assert.equal(received.get(0)!.readUInt16LE(), 80);
  assert.equal(received.get(0)!.toString("utf8", 2), "hello");
  assert.equal(received.get(3)!.toString("utf8", 2), "nobody listens on 81");
  webSocket.close();
  await once(webSocket, "close");
});

test("a client that speaks no protocol of the server is refused with both lists", async () => {
  await assert.rejects(dialSpdy({ server, path: "/shout" }, ["v9.channel.k8s.io"]), (error: StatusError) => {
    assert.equal(error.code, 403);
    assert.match(error.message, /client supports \[v9\.channel\.k8s\.io\], server accepts \[v4\.channel/);
    return true;
  });
  await assert.rejects(dialWebSocket({ server, path: "/shout" }, ["v9.channel.k8s.io"]), StatusError);
});

test("a server that does not upgrade is told apart by its Status", async () => {
  const plain = http.createServer((_request, response) => {
    response.writeHead(404, { "content-type": "application/json" });
    response.end(
      JSON.stringify({ kind: "Status", status: "Failure", reason: "NotFound", message: "no such pod", code: 404 }),
    );
  });
  const target = { server: `http://127.0.0.1:${await listen(plain)}`, path: "/shout" };
  for (const wire of wires) {
    await assert.rejects(dialRemoteCommand(target, all, wire), (error: StatusError) => error.reason === "NotFound");
  }
});

test("joined streams pass each other's end on", async () => {
  const socket = await echo(80);
  const [near, far] = [new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() }), socket];
  const joined = joinStreams(near, far);
  near.push("x");
  near.push(null);
  await joined;
  assert.ok(socket.readableEnded);
});
