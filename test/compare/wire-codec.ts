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
  async decode(bytes: Buffer): Promise<string> {
    const { json, error } = await this.#ask({ bytes: bytes.toString("base64") });
    return json ?? `cannot be decoded: ${error}`;
  }

  stop(): void {
    this.#child.stdin.end();
  }

  #ask(request: object): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.push(resolve);
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return promise;
  }
}
