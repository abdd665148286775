/** Texts about types and fields, where they were packed or the packages that have them are installed; else `explain` shows shapes only. */
import { existsSync, readFileSync } from "node:fs";
import { classDescriptionsFrom, type Descriptions, moduleDescriptionsFrom } from "../../api/mod.ts";
import { packedDescriptions } from "./packed-descriptions.ts";

/** Only in an installed package. */
const packed = new URL("./descriptions/", import.meta.url);
let shared: Descriptions | undefined;

/** Reads a file when its type is first asked about. */
export function descriptions(): Descriptions {
  shared ??= existsSync(packed) ? packedDescriptions(packed) : fromPackages();
  return shared;
}

const fromPackages = () => firstOf(inParagraphs(classDescriptionsFrom(readClass)), moduleDescriptionsFrom(readModule));

/** The second knows what fields mean whose types are types of their own, and where the lines of a text break that both have. */
function firstOf(first: Descriptions, second: Descriptions): Descriptions {
  return {
    type: (name) => better(first.type(name), second.type(name)),
    field: (name, field) => better(first.field(name, field), second.field(name, field)),
  };
}

function better(first: string | undefined, second: string | undefined): string | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return first.startsWith(textOfAnyIntOrString) || words(first) === words(second) ? second : first;
}

/** Classes have the text of the type for every field of this type. */
const textOfAnyIntOrString = "IntOrString is a type";

function words(text: string): string {
  return text.replace(/\s+/g, " ");
}

/** The declarations of classes have lost the line breaks; this sentence always begins a paragraph. */
function inParagraphs({ type, field }: Descriptions): Descriptions {
  const split = (text: string | undefined) => text?.replace(/ +(?=Populated by the system\.)/, "\n\n");
  return { type: (name) => split(type(name)), field: (name, of) => split(field(name, of)) };
}

function readClass(name: string): string | undefined {
  return readPackaged("@kubernetes/client-node", "@kubernetes/client-node", `dist/gen/models/${name}.d.ts`);
}

function readModule(name: string): string | undefined {
  return readPackaged("kubernetes-types", "kubernetes-types/package.json", `${name}.d.ts`);
}

/** The first package exports its entry only, and its models lie in a folder beside: hence `entry`, any file that can be resolved. */
function readPackaged(packageName: string, entry: string, file: string): string | undefined {
  try {
    const resolved = import.meta.resolve(entry);
    const end = resolved.lastIndexOf(`/node_modules/${packageName}/`);
    return readFileSync(new URL(`${resolved.slice(0, end)}/node_modules/${packageName}/${file}`), "utf8");
  } catch {
    return undefined;
  }
}
