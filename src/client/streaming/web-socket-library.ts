import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

/** Loaded for the first stream: most processes never have one. */
export const webSocketLibrary = () => load("ws") as typeof import("ws");
