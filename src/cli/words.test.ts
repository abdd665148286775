import assert from "node:assert/strict";
import { test } from "node:test";
import { kubectlWords } from "./words.ts";

const words = (text: string) => kubectlWords(text.split(" ")).join(" ");

test("a short flag may have its value behind a sign of equality", () => {
  assert.equal(words("get pods -o=jsonpath={.a=b} --output=x"), "get pods -o jsonpath={.a=b} --output=x");
});

test("flags of every verb may stand before it", () => {
  assert.equal(
    words("-n team --context=a rollout status deployment/web"),
    "rollout status deployment/web -n team --context=a",
  );
  assert.equal(words("get pods -n team"), "get pods -n team");
});

test("what another command is given stays as it is", () => {
  assert.equal(words("-n team exec web -- tar -f=x -n y"), "exec web -n team -- tar -f=x -n y");
});

test("--version alone is the version of the command, without a server", () => {
  assert.equal(words("--version"), "version --client");
  assert.equal(words("exec web -- node --version"), "exec web -- node --version");
});
