/** The texts in files of their own, one for each group and version: `npm pack` makes them from packages that only a checkout has. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { allResources, type Descriptions, openApiV2, type ResourceInfo } from "../../api/mod.ts";

/** By type and field; a type's own text is under `""`. */
type Texts = Record<string, Record<string, string>>;

const groupVersionOf = (name: string) => name.slice(0, name.lastIndexOf("."));
const fileOf = (folder: URL, groupVersion: string) => new URL(`${groupVersion}.json`, folder);

/** Reads a file when one of its types is first asked about. */
export function packedDescriptions(folder: URL): Descriptions {
  const known = new Map<string, Texts>();
  const textOf = (name: string, field: string) => {
    const groupVersion = groupVersionOf(name);
    const texts = known.get(groupVersion) ?? readTexts(fileOf(folder, groupVersion));
    known.set(groupVersion, texts);
    return texts[name]?.[field];
  };
  return { type: (name) => textOf(name, ""), field: textOf };
}

function readTexts(file: URL): Texts {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Texts;
  } catch {
    return {};
  }
}

/** What a document of everything asks for, with resources beside the usual ones. */
export function packDescriptions(folder: URL, descriptions: Descriptions, added: readonly ResourceInfo[]): void {
  const files = new Map<string, Texts>();
  const keep = (text: string | undefined, name: string, field: string) => {
    if (text === undefined) return undefined;
    const groupVersion = groupVersionOf(name);
    const texts = files.get(groupVersion) ?? {};
    texts[name] = { ...texts[name], [field]: text };
    files.set(groupVersion, texts);
    return text;
  };
  const kept: Descriptions = {
    type: (name) => keep(descriptions.type(name), name, ""),
    field: (name, field) => keep(descriptions.field(name, field), name, field),
  };
  openApiV2({ resources: [...allResources, ...added], groups: [], version: "", descriptions: kept });
  mkdirSync(folder, { recursive: true });
  for (const [groupVersion, texts] of files) writeFileSync(fileOf(folder, groupVersion), JSON.stringify(texts));
}
