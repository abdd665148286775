/** How upstream's API server reads its command line, and what it says of one that it cannot read. */
import type { FlagStyle } from "./flags.ts";

export const apiServerStyle: FlagStyle = {
  shorthands: { h: "help", v: "v" },
  singleDash: false,
  extra: (word) => `"kube-apiserver" does not take any arguments, got [${JSON.stringify(word)}]`,
  unknown: (name) => `unknown flag: --${name}`,
  needsArgument: (shown) => `flag needs an argument: ${shown}`,
  invalid: (name, value, reason) => `invalid argument ${JSON.stringify(value)} for "--${name}" flag: ${reason}`,
};
