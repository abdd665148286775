import assert from "node:assert/strict";
import { test } from "node:test";
import { lifecycleCommands } from "./lifecycle.ts";

/** The name that a command of these words is about. */
function nameIn(verb: string, ...words: readonly string[]): string {
  const command = lifecycleCommands().find((one) => one.name() === verb)!;
  command.exitOverride().configureOutput({ writeErr: () => {} });
  command.action(() => {}).parse(words, { from: "user" });
  return command.opts<{ name: string }>().name;
}

test("a cluster's name stands by itself or after --name, and two names are refused", () => {
  for (const verb of ["up", "serve", "down", "status", "kubeconfig"]) {
    assert.equal(nameIn(verb), "kubets");
    assert.equal(nameIn(verb, "dev"), "dev");
    assert.equal(nameIn(verb, "--name", "dev"), "dev");
    assert.equal(nameIn(verb, "dev", "--name", "dev"), "dev");
    assert.throws(() => nameIn(verb, "dev", "--name", "kubets"), /two names are given: dev, and --name kubets/);
    assert.throws(() => nameIn(verb, "dev", "more"), /too many arguments/);
  }
});

test("the help names every admission plugin that can be turned on or off", () => {
  const up = lifecycleCommands().find((one) => one.name() === "up")!;
  const described = (long: string) => up.options.find((option) => option.long === long)!.description;
  assert.match(described("--enable-admission-plugins"), /\bAlwaysPullImages\b/);
  assert.doesNotMatch(described("--enable-admission-plugins"), /\bPriority\b/);
  assert.match(described("--disable-admission-plugins"), /\bPriority\b/);
});
