/** How an API server finds the store of the etcd stand-in that it was told of. */
import { FlagError } from "./flags.ts";

/** Where the stand-in says it. */
export const storePath = "/kubets/store";

export interface StoreAddress {
  readonly folder: string;
  readonly durable: boolean;
}

const patienceMs = 20_000;
const pauseMs = 50;

/** Asks again while nobody listens yet, as a client of etcd would. Rejects with `FlagError` where something else than the stand-in answers. */
export async function findStore(urls: readonly string[]): Promise<StoreAddress> {
  const until = Date.now() + patienceMs;
  for (;;) {
    for (const url of urls) {
      const response = await fetch(new URL(storePath, url)).catch(() => undefined);
      if (response?.ok) return (await response.json()) as StoreAddress;
      if (response) throw new FlagError(`${url} is no etcd of Kubets: it keeps no store for this API server`);
    }
    if (Date.now() > until) throw new FlagError(`context deadline exceeded: no etcd answers at ${urls.join(",")}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
