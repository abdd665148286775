import assert from "node:assert/strict";
import { test } from "node:test";
import { kubectlCommands } from "./kubectl/commands.ts";
import { kubectlWords } from "./words.ts";

const words = (text: string) => kubectlWords(text.split(" "), kubectlCommands()).join(" ");

test("a short flag may have its value behind a sign of equality", () => {
  assert.equal(words("get pods -o=jsonpath={.a=b} --output=x"), "get pods -o jsonpath={.a=b} --output=x");
});

test("a flag that is true or false may say which", () => {
  assert.equal(words("get pods --no-headers=true -w=false --show-labels=t"), "get pods --no-headers --show-labels");
  assert.equal(words("get pods --no-headers=false -A=1"), "get pods -A");
  assert.equal(words("delete pod web --wait=false"), "delete pod web --no-wait");
  assert.equal(words("delete pod web --wait=true --all=False"), "delete pod web --wait");
  assert.equal(words("api-resources --namespaced=TRUE"), "api-resources --namespaced");
  assert.equal(words("api-resources --namespaced=0"), "api-resources --no-namespaced");
  assert.equal(words("rollout status deploy -w=false"), "rollout status deploy --no-watch");
  assert.equal(words("--namespace=a top pods --containers=true"), "top pods --containers --namespace=a");
});

test("a flag that is true or false is refused another word, in kubectl's", () => {
  const refusals: readonly (readonly [string, string, string])[] = [
    ["delete pod web --wait=no", "--wait", "no"],
    ["delete pod web --all=toString", "--all", "toString"],
    ["get pods -w=", "-w, --watch", ""],
    ["get pods --watch=2", "-w, --watch", "2"],
  ];
  for (const [text, flag, value] of refusals)
    assert.throws(() => words(text), {
      message: `invalid argument "${value}" for "${flag}" flag: strconv.ParseBool: parsing "${value}": invalid syntax`,
    });
});

test("a flag with a value of its own may be given a word for true or false", () => {
  for (const text of ["create -f a.yaml --validate=false", "delete pod web --cascade=true"])
    assert.equal(words(text), text);
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
