/**
 * The least that a server in Node can do for the load: HTTP/2 over TLS, and a map of bodies. What Kubets costs is told as a multiple of what this
 * costs in the same run, a figure that hardly depends on the machine. Prints its port.
 */
import { createSecureServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { CertificateAuthority } from "../src/auth/mod.ts";

const bodies = new Map<string, Buffer>();

function answer(stream: ServerHttp2Stream, status: number, body: Buffer): void {
  stream.respond({ ":status": status, "content-type": "application/json", "content-length": body.length });
  stream.end(body);
}

function create(stream: ServerHttp2Stream, path: string): void {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => {
    const body = Buffer.concat(chunks);
    const { metadata } = JSON.parse(body.toString()) as { metadata: { name: string } };
    bodies.set(`${path}/${metadata.name}`, body);
    answer(stream, 201, body);
  });
}

function serve(stream: ServerHttp2Stream, method: string | undefined, path: string): void {
  if (method === "POST") {
    create(stream, path);
    return;
  }
  const body = bodies.get(path);
  if (method === "DELETE") bodies.delete(path);
  answer(stream, body ? 200 : 404, body ?? Buffer.from("{}"));
}

const authority = CertificateAuthority.create("bench");
const { certificate, key } = authority.issue({
  commonName: "localhost",
  usage: "server",
  alternativeNames: ["127.0.0.1"],
});
const server = createSecureServer({ key, cert: certificate });
server.on("stream", (stream: ServerHttp2Stream, headers) =>
  serve(stream, headers[":method"], headers[":path"]?.split("?")[0] ?? ""),
);
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.on("end", () => process.exit()).resume();
