// npm pack: makes dist/, the program without its types. Node takes them away itself, but not below node_modules. Only the names of files
// change, not a line or a column: the place that an installed Kubets names in a stack trace is the same in src/.
import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { descriptions } from "../src/apiserver/discovery/descriptions.ts";
import { packDescriptions } from "../src/apiserver/discovery/packed-descriptions.ts";
import { withoutTypes } from "../src/cluster/processes/module-sources.ts";
import { kindFolders } from "../src/kinds/folders.ts";
import { withNames } from "./declarations.mjs";

/** What is started or loaded though no file names it. */
const entries = [
  "cli/main.ts",
  "cluster/library.ts",
  "cluster/envtest/etcd-main.ts",
  "cluster/envtest/kube-apiserver-main.ts",
  ...globSync("kinds/*/*/*/kind.ts", { cwd: "src" }),
];

/** How a file names another of this package: to import it, to require it, as the URL of a worker. */
const reference = /(["'`])(\.\.?\/[\w./-]+\.(?:ts|json))\1/g;

/** Writes those files, all that they name, and what these name in turn: what only tests need is not among them. */
function write(files, read, extension) {
  const all = new Set(files);
  for (const file of all) {
    const text = read(file);
    const named = Array.from(text.matchAll(reference), ([, , path]) => join(dirname(file), path));
    for (const path of named) if (!path.startsWith("..")) all.add(path);
    const target = join("dist", file.replace(/\.ts$/, extension));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(
      target,
      text.replaceAll(reference, (named) => named.replace(/\.ts(.)$/, ".js$1")),
    );
  }
}

function source(file) {
  const text = readFileSync(join("src", file), "utf8");
  return file.endsWith(".ts") ? withoutTypes(text) : text;
}

rmSync("dist", { recursive: true, force: true });
write(entries, source, ".js");
execFileSync("node_modules/.bin/tsc", ["--project", "tsconfig.pack.json"], { stdio: "inherit" });
const declarations = withNames(
  new Map(
    globSync("**/*.d.ts", { cwd: ".cache/declarations" }).map((path) => [
      path.replace(/\.d\.ts$/, ".ts"),
      readFileSync(join(".cache/declarations", path), "utf8"),
    ]),
  ),
);
write(["cluster/library.ts"], (file) => declarations.get(file), ".d.ts");

// What fields mean is known from packages for development: an installed package has the texts themselves.
const added = await Promise.all(kindFolders().map(({ url }) => import(url)));
packDescriptions(
  pathToFileURL("dist/apiserver/discovery/descriptions/"),
  descriptions(),
  added.map(({ kindModule }) => kindModule.strategy.resource),
);
