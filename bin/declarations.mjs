// Declarations of the API as a person would write them. tsc writes a schema's type out wherever it is used, six megabytes in all; here each goes
// by the name of the interface that the sources give it.
import { dirname, relative } from "node:path/posix";

const start = /import\("[^"]+"\)\.InferFields</g;
const declaration = /export declare const (\w+): import\("[^"]+"\)\.Message<(?=import\("[^"]+"\)\.InferFields<)/g;

/** Where the brackets end that were opened before `at`. */
function endOf(text, at) {
  let depth = 1;
  for (let end = at; ; end++) {
    if (text[end] === "<") depth++;
    if (text[end] === ">" && --depth === 0) return end + 1;
  }
}

/** The same of a type wherever it is written out. */
const keyOf = (written) => written.replace(/import\("[^"]+"\)\./g, "").replace(/\s+/g, " ");

/** By what is written out: `{ file, name }` of its interface; nothing for what several are alike in. `texts`: declarations by file. */
function interfaces(texts) {
  const found = new Map();
  for (const [file, text] of texts)
    for (const { 0: head, 1: value, index } of text.matchAll(declaration)) {
      const end = endOf(text, index + head.length);
      const [, name] =
        new RegExp(`^;\\s+export interface (\\w+) extends Infer<typeof ${value}>`).exec(text.slice(end)) ?? [];
      const key = keyOf(text.slice(index + head.length, end - 1));
      if (name) found.set(key, found.has(key) ? undefined : { file, name });
    }
  return found;
}

/** The same declarations, with names. */
export function withNames(texts) {
  const known = interfaces(texts);
  return new Map(Array.from(texts, ([file, text]) => [file, named(file, text, known)]));
}

function named(file, text, known) {
  let written = "";
  let at = 0;
  for (const { 0: head, index } of text.matchAll(start)) {
    if (index < at || text.endsWith(".Message<", index)) continue;
    const end = endOf(text, index + head.length);
    const type = known.get(keyOf(text.slice(index, end)));
    if (!type) continue;
    written += text.slice(at, index) + (type.file === file ? "" : `import("${pathTo(type.file, file)}").`) + type.name;
    at = end;
  }
  return written + text.slice(at);
}

function pathTo(target, file) {
  const path = relative(dirname(file), target);
  return path.startsWith(".") ? path : `./${path}`;
}
