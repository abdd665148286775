/** A transport whose target is made later: informers that decide who may ask are wired up before the server that they ask. */
import type { Transport } from "../client/mod.ts";

export function deferredTransport(target: () => Transport): Transport {
  return {
    request: (request) => target().request(request),
    watch: (request) => target().watch(request),
    stream: (request) => target().stream(request),
    close: () => target().close(),
  };
}
