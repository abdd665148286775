import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { play } from "./testing/dialogue.ts";

const folder = new URL("./testdata/", import.meta.url);
/** `REWRITE=1` takes the present answers as the right ones: read the difference before you commit it. */
const rewrite = process.env["REWRITE"] === "1";

for (const name of readdirSync(folder)) {
  test(`decisions about ${name.replace(".txt", "")} are those of the golden dialogue`, () => {
    const file = new URL(name, folder);
    const text = readFileSync(file, "utf8");
    const played = play(text);
    if (rewrite) writeFileSync(file, played);
    else assert.equal(played, text);
  });
}
