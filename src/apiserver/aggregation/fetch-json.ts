/** Documents of a server behind this one. */
import type { User } from "../../auth/mod.ts";
import type { RemoteServer } from "./remote-server.ts";

export interface FetchOptions {
  readonly user: User;
  readonly accept: string;
  readonly signal: AbortSignal;
}

export interface FetchedJson {
  readonly body: unknown;
  readonly contentType: string;
}

const withinMs = 5_000;
/** The OpenAPI document of a large server has a few megabytes. */
const largestBytes = 32 * 1024 * 1024;

/** Rejects where nothing answers in time, with anything but 200, or with too much. */
export async function fetchJson(
  server: RemoteServer,
  target: string,
  { user, accept, signal }: FetchOptions,
): Promise<FetchedJson> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  const url = await server.url(target);
  const answer = await server.send(user, url, { method: "GET", headers: { accept }, signal: deadline });
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > largestBytes) throw new Error(`${url} answers more than ${largestBytes} bytes`);
    parts.push(part);
  }
  if (answer.statusCode !== 200) throw new Error(`bad status from ${url}: ${answer.statusCode}`);
  return { body: JSON.parse(Buffer.concat(parts).toString()), contentType: answer.headers["content-type"] ?? "" };
}
