/** Between JSON and protobuf by a program of client-go's types (`wire/main.go`): one request a line, one answer a line, in order. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

interface Answer {
  readonly json?: string;
  /** Base64. */
  readonly bytes?: string;
  readonly error?: string;
}

export const protobufType = "application/vnd.kubernetes.protobuf";

export class WireCodec {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: ((answer: Answer) => void)[] = [];

  constructor(program: string) {
    this.#child = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.#child.stdout }).on("line", (line) =>
      this.#waiting.shift()?.(JSON.parse(line) as Answer),
    );
  }

  /** Nothing where client-go cannot read the object. */
  async encode(json: string): Promise<Buffer | undefined> {
    const { bytes } = await this.#ask({ json });
    return bytes === undefined ? undefined : Buffer.from(bytes, "base64");
  }

  /** JSON, or what is wrong with the bytes. */
  decode(bytes: Buffer): Promise<string> {
    return this.#read({ bytes: bytes.toString("base64") });
  }

  /** Of a watch: each event after its length in four bytes; here one a line. */
  async decodeFrames(bytes: Buffer): Promise<string> {
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + 4 + bytes.readUInt32BE(at);
      lines.push(await this.#read({ event: bytes.toString("base64", at + 4, end) }));
      at = end;
    }
    return lines.join("\n");
  }

  stop(): void {
    this.#child.stdin.end();
  }

  async #read(request: object): Promise<string> {
    const { json, error } = await this.#ask(request);
    return json ?? `cannot be decoded: ${error}`;
  }

  #ask(request: object): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.push(resolve);
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return promise;
  }
}
