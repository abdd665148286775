/** Requests of clients in this process to servers behind it: over the network after all. */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { deepFreeze, type KubernetesObject, type metav1, StatusError } from "../../api/mod.ts";
import type { User } from "../../auth/mod.ts";
import type { ApiRequest, WatchEvent } from "../../client/mod.ts";
import { MemoryExchange } from "../http/memory-exchange.ts";
import type { RemoteHandler } from "./remote-apis.ts";

export interface RemoteRequest {
  readonly handler: RemoteHandler;
  readonly user: User;
  readonly request: ApiRequest;
  readonly signal: AbortSignal;
}

export async function requestRemote(remote: RemoteRequest): Promise<unknown> {
  const text = Buffer.concat(await (await open(remote)).toArray()).toString();
  return text === "" ? undefined : deepFreeze(JSON.parse(text));
}

export async function* watchRemote(remote: RemoteRequest): AsyncGenerator<WatchEvent<KubernetesObject>> {
  const input = await open(remote);
  try {
    for await (const line of createInterface({ input })) {
      const event = JSON.parse(line) as WatchEvent<KubernetesObject> | { type: "ERROR"; object: metav1.Status };
      if (event.type === "ERROR") throw new StatusError(event.object as metav1.Status);
      yield deepFreeze(event as WatchEvent<KubernetesObject>);
    }
  } finally {
    input.destroy();
  }
}

async function open({ handler, user, request, signal }: RemoteRequest): Promise<Readable> {
  const exchange = new MemoryExchange(request, signal);
  return Readable.fromWeb((await exchange.run(handler.serve(user, exchange))) as never);
}
