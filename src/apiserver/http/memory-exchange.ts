/** An exchange without a network: for handlers that write a stream, called in process. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { PassThrough, Readable, type Writable } from "node:stream";
import { StatusError, statusFailure } from "../../api/mod.ts";
import type { ApiRequest } from "../../client/mod.ts";
import { internalError } from "../errors.ts";
import type { Exchange, Peer } from "./exchange.ts";

const here: Peer = Object.freeze({ address: "", local: true, refusedCertificate: false });

export class MemoryExchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders = [];
  readonly peer = here;
  readonly hasBody: boolean;
  readonly body: Readable;
  readonly signal: AbortSignal;
  readonly sendsWhatIsWritten = false;
  answered = false;
  readonly #output = new PassThrough();
  readonly #head = Promise.withResolvers<number>();

  constructor({ method, path, query, body, accept, contentType }: ApiRequest, signal: AbortSignal) {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query ?? {}))
      for (const one of Array.isArray(value) ? value : [value]) if (typeof one === "string") search.append(key, one);
    this.headers = {
      accept: accept ?? "application/json",
      ...(body !== undefined && { "content-type": contentType ?? "application/json" }),
    };
    this.method = method;
    this.target = search.size > 0 ? `${path}?${search}` : path;
    this.hasBody = body !== undefined;
    this.body = Readable.from(body === undefined ? [] : [Buffer.from(JSON.stringify(body))]);
    this.signal = signal;
  }

  respond(status: number, headers: OutgoingHttpHeaders, body?: Uint8Array): void {
    this.stream(status, headers).end(body);
  }

  stream(status: number, _headers: OutgoingHttpHeaders): Writable {
    this.answered = true;
    this.#head.resolve(status);
    return this.#output;
  }

  destroy(): void {
    this.#output.destroy(new Error("the answer was broken off"));
  }

  /** The answer's body as soon as its head is there; rejects where the handler fails before, or answers an error. */
  async run(handling: Promise<unknown>): Promise<ReadableStream<Uint8Array>> {
    handling.then(
      () => this.#head.reject(internalError("the handler gave no answer")),
      (error: Error) => {
        this.#head.reject(error);
        this.#output.destroy(error);
      },
    );
    // Who reads the stream hears of a later failure; nobody else has to.
    this.#output.on("error", () => {});
    const status = await this.#head.promise;
    if (status >= 400) throw await this.#failure(status);
    return Readable.toWeb(this.#output) as ReadableStream<Uint8Array>;
  }

  async #failure(code: number): Promise<StatusError> {
    const text = Buffer.concat(await this.#output.toArray()).toString();
    try {
      return new StatusError(JSON.parse(text));
    } catch {
      return statusFailure(code, undefined, text);
    }
  }
}
