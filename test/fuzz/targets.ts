/** Every decoder that takes bytes from outside. */
import type { FuzzTarget } from "./target.ts";
import { cel } from "./targets/cel.ts";
import { customDefinition } from "./targets/definition.ts";
import { json } from "./targets/json.ts";
import { patch } from "./targets/patch.ts";
import { protobuf } from "./targets/protobuf.ts";
import { quantity } from "./targets/quantity.ts";
import { selector } from "./targets/selector.ts";
import { yaml } from "./targets/yaml.ts";

export const targets: readonly FuzzTarget[] = [json, yaml, protobuf, patch, selector, quantity, cel, customDefinition];
