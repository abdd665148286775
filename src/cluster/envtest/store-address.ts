/** How an API server finds the store of the etcd stand-in that it was told of. */
import { text } from "node:stream/consumers";
import { nodeHttp } from "../../client/node-http.ts";
import { FlagError } from "./flags.ts";

/** Where the stand-in says it. */
export const storePath = "/kubets/store";

export interface StoreAddress {
  readonly folder: string;
  readonly durable: boolean;
}

/** Of the socket that a client URL of etcd names; nothing where it names a host. */
export const socketOf = (url: string): string | undefined => /^unix:\/\/(\/.+)$/.exec(url)?.[1];

const patienceMs = 20_000;
const pauseMs = 50;

/** Asks again while nobody listens yet, as a client of etcd would. Rejects with `FlagError` where something else than the stand-in answers. */
export async function findStore(urls: readonly string[]): Promise<StoreAddress> {
  const until = performance.now() + patienceMs;
  for (;;) {
    for (const url of urls) {
      const found = await ask(url);
      if (found) return found;
    }
    if (performance.now() > until)
      throw new FlagError(`context deadline exceeded: no etcd answers at ${urls.join(",")}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Nothing where nobody listens. Node's `fetch` would be a tenth of a second of the start. */
function ask(url: string): Promise<StoreAddress | undefined> {
  const strange = new FlagError(`${url} is no etcd of Kubets: it keeps no store for this API server`);
  const socketPath = socketOf(url);
  if (!socketPath && !url.startsWith("http://")) throw strange;
  const { promise, resolve, reject } = Promise.withResolvers<StoreAddress | undefined>();
  const request = nodeHttp.get(
    socketPath ? { socketPath, path: storePath } : new URL(storePath, url),
    (response) =>
      void text(response).then((said) => {
        const found = response.statusCode === 200 ? storeAddress(said) : undefined;
        if (found) resolve(found);
        else reject(strange);
      }, reject),
  );
  request.once("error", (error: NodeJS.ErrnoException) =>
    error.code?.startsWith("HPE_") ? reject(strange) : resolve(undefined),
  );
  return promise;
}

function storeAddress(said: string): StoreAddress | undefined {
  try {
    const found = JSON.parse(said) as Partial<StoreAddress> | null;
    return typeof found?.folder === "string" ? { folder: found.folder, durable: found.durable !== false } : undefined;
  } catch {
    return undefined;
  }
}
