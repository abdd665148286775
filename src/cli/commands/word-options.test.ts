import assert from "node:assert/strict";
import { test } from "node:test";
import { gatherWords } from "./word-options.ts";

test("a command's own dashes stay with it, and the next option of ours ends it", () => {
  const args = ["hello:1", "--entrypoint", "/bin/httpd", "-f", "-h", "/www", "-o", "hello.tar", "--cmd", "-v"];
  assert.deepEqual(gatherWords(args, ["--entrypoint", "--cmd"], ["-o", "--from"]), [
    "hello:1",
    '--entrypoint=["/bin/httpd","-f","-h","/www"]',
    "-o",
    "hello.tar",
    '--cmd=["-v"]',
  ]);
});
