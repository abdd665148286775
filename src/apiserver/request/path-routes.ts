/** Paths that are no resources: discovery, health, metrics, version, OpenAPI. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { RequestInfo } from "./request-info.ts";

export interface PathRequest {
  readonly info: RequestInfo;
  readonly headers: IncomingHttpHeaders;
}

export interface PathAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly headers?: OutgoingHttpHeaders;
}

/** Nothing: the path is not served after all. */
export type PathHandler = (request: PathRequest) => PathAnswer | undefined | Promise<PathAnswer | undefined>;

export class PathRoutes {
  readonly #exact = new Map<string, PathHandler>();
  readonly #below: { readonly prefix: string; readonly handler: PathHandler }[] = [];

  add(path: string, handler: PathHandler): void {
    this.#exact.set(path, handler);
  }

  /** All paths that begin with `prefix`, which ends in a slash. */
  addBelow(prefix: string, handler: PathHandler): void {
    this.#below.push({ prefix, handler });
  }

  find(path: string): PathHandler | undefined {
    const exact = this.#exact.get(path) ?? this.#exact.get(path.replace(/\/$/, ""));
    return exact ?? this.#below.find(({ prefix }) => path.startsWith(prefix))?.handler;
  }

  /** What a path is called in metrics: the route that serves it, not what a client made of it. Nothing where none does. */
  nameOf(path: string): string | undefined {
    if (this.#exact.has(path)) return path;
    const plain = path.replace(/\/$/, "");
    if (this.#exact.has(plain)) return plain;
    return this.#below.find(({ prefix }) => path.startsWith(prefix))?.prefix.replace(/\/$/, "");
  }

  get paths(): string[] {
    return [...this.#exact.keys()].sort();
  }
}

const textType = "text/plain; charset=utf-8";

export function textAnswer(status: number, text: string, headers: OutgoingHttpHeaders = {}): PathAnswer {
  return { status, contentType: textType, body: Buffer.from(text), headers };
}

export const pageNotFound: PathAnswer = textAnswer(404, "404 page not found\n", {
  "x-content-type-options": "nosniff",
});
