/** Every decoder that takes bytes from outside. */
import type { FuzzTarget } from "./target.ts";
import { cel } from "./targets/cel.ts";
import { customDefinition } from "./targets/definition.ts";
import { http1, http2 } from "./targets/http.ts";
import { json } from "./targets/json.ts";
import { patch } from "./targets/patch.ts";
import { protobuf } from "./targets/protobuf.ts";
import { quantity } from "./targets/quantity.ts";
import { selector } from "./targets/selector.ts";
import { spdy } from "./targets/spdy.ts";
import { websocket } from "./targets/websocket.ts";
import { yaml } from "./targets/yaml.ts";

export const targets: readonly FuzzTarget[] = [
  json,
  yaml,
  protobuf,
  patch,
  selector,
  quantity,
  cel,
  customDefinition,
  http1,
  http2,
  websocket,
  spdy,
];
