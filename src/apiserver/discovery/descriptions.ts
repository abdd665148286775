/** Texts about types and fields, where the package that has them is installed; without it `explain` shows shapes only. */
import { readFileSync } from "node:fs";
import { type Descriptions, descriptionsFrom } from "../../api/mod.ts";

const declarations = "@kubernetes/client-node/dist/gen/models/";

let shared: Descriptions | undefined;

/** Reads a file when its type is first asked about. */
export function descriptions(): Descriptions {
  shared ??= inParagraphs(descriptionsFrom(readDeclaration));
  return shared;
}

/** The declarations have lost the line breaks; this sentence always begins a paragraph. */
function inParagraphs({ type, field }: Descriptions): Descriptions {
  const split = (text: string | undefined) => text?.replace(/ +(?=Populated by the system\.)/, "\n\n");
  return { type: (name) => split(type(name)), field: (name, of) => split(field(name, of)) };
}

function readDeclaration(className: string): string | undefined {
  try {
    return readFileSync(new URL(`${modelsFolder()}${className}.d.ts`), "utf8");
  } catch {
    return undefined;
  }
}

/** The package exports its entry only; its models lie in a folder beside. Throws where it is not installed. */
function modelsFolder(): string {
  const entry = import.meta.resolve("@kubernetes/client-node");
  const end = entry.lastIndexOf("/node_modules/@kubernetes/client-node/");
  return `${entry.slice(0, end)}/node_modules/${declarations}`;
}
