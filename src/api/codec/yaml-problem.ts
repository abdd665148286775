/** Mistakes in YAML in the words of upstream's reader, for those that people make; others are told in this reader's own. */
import type { YAMLParseError, YAMLWarning } from "yaml";

type Mistake = Pick<YAMLParseError | YAMLWarning, "code" | "message" | "pos">;

/** What is wrong, and where. Upstream counts lines from nought, and one more where it has not yet read a token. */
interface Told {
  readonly what: string;
  readonly at: number;
  readonly by: "scanner" | "parser";
}

const cannotStart = "found character that cannot start any token";
const noKey = "did not find expected key";
const noContent = "did not find expected node content";
const noDash = "did not find expected '-' indicator";

/** `yaml: line 3: did not find expected key` */
export function yamlMistake(text: string, mistake: Mistake): string {
  const told = toldOf(text, mistake);
  if (!told) return `yaml: line ${lineAt(text, mistake.pos[0]) + 1}: ${ownWords(mistake)}`;
  const line = told.by === "parser" && isEnd(text, told.at) ? linesOf(text) : lineAt(text, told.at);
  if (line === 0) return `yaml: ${told.what}`;
  return `yaml: line ${told.by === "scanner" ? line + 1 : line}: ${told.what}`;
}

/** What is nested deeper than its stack, the parser reports in the engine's words. */
function ownWords({ message }: Mistake): string {
  return message.includes("call stack") ? "exceeded max depth" : message;
}

function toldOf(text: string, { code, message, pos: [at] }: Mistake): Told | undefined {
  const scanner = (what: string, where = at): Told => ({ what, at: where, by: "scanner" });
  const parser = (what: string): Told => ({ what, at, by: "parser" });
  if (message.startsWith("Flow ")) return parser(unfinishedFlow(text, at, message.startsWith("Flow map")));
  if (message.startsWith("Missing closing")) return scanner("found unexpected end of stream", text.length);
  if (message.startsWith("Implicit map keys need")) return scanner("could not find expected ':'", nextLine(text, at));
  if (message.startsWith("All mapping items")) return parser(noKey);
  if (message.startsWith("All sequence items")) return parser(noDash);
  switch (code) {
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      if (message.startsWith("A block sequence") || /^\s*- /.test(text.slice(at))) return parser(noKey);
      return scanner("mapping values are not allowed in this context", nextColon(text, at));
    case "BAD_SCALAR_START":
      return scanner(cannotStart);
    case "TAB_AS_INDENT":
      return scanner(continues(text, at) ? "found a tab character that violates indentation" : cannotStart);
    case "BAD_DQ_ESCAPE":
      return scanner("found unknown escape character");
    case "BLOCK_IN_FLOW":
      return parser(
        `did not find expected ',' or '${text.lastIndexOf("[", at) > text.lastIndexOf("{", at) ? "]" : "}"}'`,
      );
    case "UNEXPECTED_TOKEN":
      if (message.startsWith("Unexpected flow-")) return parser(noContent);
      if (message.includes("at node end")) return parser(follows(text, at, "-") ? noDash : noKey);
      return undefined;
    default:
      return undefined;
  }
}

function unfinishedFlow(text: string, at: number, isMap: boolean): string {
  const last = text.slice(0, at).trimEnd().at(-1) ?? "";
  return ":,[{".includes(last) ? noContent : `did not find expected ',' or '${isMap ? "}" : "]"}'`;
}

/** Where the colon of a key stands that begins at or behind `at`. */
function nextColon(text: string, at: number): number {
  const found = text.slice(at).search(/:(\s|$)/);
  return found < 0 ? at : at + found;
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

function lineBefore(text: string, at: number): string {
  return (
    text
      .slice(0, text.lastIndexOf("\n", at - 1) + 1)
      .trimEnd()
      .split("\n")
      .at(-1) ?? ""
  );
}

/** Whether the line before has a value that this line could go on with. */
function continues(text: string, at: number): boolean {
  const before = lineBefore(text, at);
  return before !== "" && !before.endsWith(":");
}

function follows(text: string, at: number, beginning: string): boolean {
  return lineBefore(text, at).startsWith(beginning);
}

function isEnd(text: string, at: number): boolean {
  return text.slice(at).trim() === "";
}

/** From nought. */
function lineAt(text: string, at: number): number {
  let line = 0;
  for (let end = text.indexOf("\n"); end >= 0 && end < at; end = text.indexOf("\n", end + 1)) line++;
  return line;
}

function linesOf(text: string): number {
  return lineAt(text, text.length) + (text.endsWith("\n") ? 0 : 1);
}
