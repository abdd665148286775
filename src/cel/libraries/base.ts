/** Everything that every expression in Kubernetes may call. */
import { Environment } from "../checker/environment.ts";
import { operators } from "../checker/operators.ts";
import type { Overload } from "../checker/signature.ts";
import { opaque } from "../checker/types.ts";
import { authorization } from "./authorizer.ts";
import { calendar } from "./calendar.ts";
import { conversions } from "./conversions.ts";
import { namedFormats } from "./formats.ts";
import { addresses, networks } from "./ip.ts";
import { listShapes } from "./list-shapes.ts";
import { lists } from "./lists.ts";
import { optionals } from "./optionals.ts";
import { quantities } from "./quantities.ts";
import { regex } from "./regex.ts";
import { semvers } from "./semver.ts";
import { sets } from "./sets.ts";
import { standard } from "./standard.ts";
import { strings } from "./strings.ts";
import { urls } from "./url.ts";

const functions: readonly Overload[] = [
  ...operators,
  ...standard,
  ...conversions,
  ...calendar,
  ...strings,
  ...lists,
  ...listShapes,
  ...regex,
  ...sets,
  ...optionals,
  ...quantities,
  ...urls,
  ...addresses,
  ...networks,
  ...namedFormats,
  ...semvers,
  ...authorization,
];

const typeNames = ["kubernetes.Quantity", "kubernetes.URL", "net.IP", "net.CIDR", "kubernetes.Semver"];

/** Without variables: extend it with those that the place offers. */
export const baseEnvironment = new Environment({ functions, types: typeNames.map(opaque) });
