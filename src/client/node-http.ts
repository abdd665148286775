/**
 * Node's HTTP/1.1. To `import` it reads all that it exports, WebSocket among it, for which Node loads the whole of undici: 75 ms of processor
 * time and 10 MiB in each process. Types are imported as ever.
 */
export const nodeHttp = process.getBuiltinModule("node:http");
