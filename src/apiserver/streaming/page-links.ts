/** Links of a web page that passes through a proxy: those to its own server's root are made to lead through the proxy again. */

/** Attributes that hold one link, by element: HTML, and what older versions of it had. */
const linkAttributes: Readonly<Record<string, readonly string[]>> = {
  a: ["href"],
  applet: ["codebase"],
  area: ["href"],
  audio: ["src"],
  base: ["href"],
  blockquote: ["cite"],
  body: ["background"],
  button: ["formaction"],
  command: ["icon"],
  del: ["cite"],
  embed: ["src"],
  form: ["action"],
  frame: ["longdesc", "src"],
  head: ["profile"],
  html: ["manifest"],
  iframe: ["longdesc", "src"],
  img: ["longdesc", "src", "usemap"],
  input: ["formaction", "src", "usemap"],
  ins: ["cite"],
  link: ["href"],
  object: ["classid", "codebase", "data", "usemap"],
  q: ["cite"],
  script: ["src"],
  source: ["src"],
  video: ["poster", "src"],
};

/** What ends the elements whose content is not markup. */
const contentEnds: ReadonlyMap<string, RegExp> = new Map(
  ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"].map((name) => [
    name,
    new RegExp(`</${name}`, "i"),
  ]),
);
const commentEnd = /-->/;
/** Held back while the end of a comment or of such content may be cut in two. */
const longestEnd = "</textarea".length;
/** Longer tags, pictures within the page say, pass as they are: what is held back must have an end. */
const longestTag = 16 * 1024;

const tagName = /<[a-z][^\s/>]*/iy;
const gap = /[\s/]+/y;
const attributeName = /=?[^\s/>=]*/y;
const equals = /\s*=\s*/y;
const attributeValue = /"[^"]*"|'[^']*'|[^\s>"'][^\s>]*/y;

/** What the pattern finds at this very place, or the empty text. */
function read(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

type Rewrite = (link: string) => string;

function rewriteValue(value: string, rewrite: Rewrite): string {
  const quote = value.startsWith('"') || value.startsWith("'") ? value[0]! : "";
  return quote + rewrite(value.slice(quote.length, value.length - quote.length)) + quote;
}

interface Tag {
  /** In lower case. */
  readonly name: string;
  readonly text: string;
  readonly end: number;
}

/** The tag that starts here, with its links rewritten; nothing where the text ends before the tag does. */
function readTag(page: string, start: number, rewrite: Rewrite): Tag | undefined {
  const opening = read(tagName, page, start);
  const name = opening.slice(1).toLowerCase();
  const links = Object.hasOwn(linkAttributes, name) ? linkAttributes[name]! : [];
  let text = opening;
  let at = start + opening.length;
  const pass = (part: string) => {
    at += part.length;
    return part;
  };
  while (at < page.length) {
    if (page[at] === ">") return { name, text: `${text}>`, end: at + 1 };
    text += pass(read(gap, page, at));
    const attribute = pass(read(attributeName, page, at));
    const sign = attribute && pass(read(equals, page, at));
    const value = sign && pass(read(attributeValue, page, at));
    const cut = sign && !value && (page[at] === '"' || page[at] === "'");
    if (cut) return undefined;
    const isLink = value && links.includes(attribute.toLowerCase());
    text += attribute + sign + (isLink ? rewriteValue(value, rewrite) : value);
  }
  return undefined;
}

/** Takes a page in pieces, one character for each byte. What it holds back between them is bounded. */
export class PageLinks {
  readonly #rewrite: Rewrite;
  #held = "";
  /** What must come before markup goes on. */
  #until: RegExp | undefined;

  constructor(rewrite: Rewrite) {
    this.#rewrite = rewrite;
  }

  push(piece: string): string {
    const page = this.#held + piece;
    this.#held = "";
    let output = "";
    let at = 0;
    while (at < page.length) {
      const [text, end] = this.#until ? this.#skip(page, at, this.#until) : this.#markup(page, at);
      output += text;
      if (end === at) break;
      at = end;
    }
    this.#held = page.slice(at);
    return output;
  }

  end(): string {
    return this.#held;
  }

  /** Comments and scripts, as they are. */
  #skip(page: string, at: number, until: RegExp): [string, number] {
    const found = page.slice(at).search(until);
    if (found >= 0) this.#until = undefined;
    // The end itself is text again: no element starts with it.
    const end = found >= 0 ? at + found + 2 : Math.max(at, page.length - longestEnd);
    return [page.slice(at, end), end];
  }

  /** Text up to a tag and the tag; up to the place where more must be known. */
  #markup(page: string, at: number): [string, number] {
    const start = page.indexOf("<", at);
    if (start < 0) return [page.slice(at), page.length];
    const before = page.slice(at, start);
    if (page.startsWith("<!--", start)) {
      this.#until = commentEnd;
      return [`${before}<!--`, start + 4];
    }
    const startsTag = /^[a-z]/i.test(page.charAt(start + 1));
    const tag = startsTag ? readTag(page, start, this.#rewrite) : undefined;
    if (tag) {
      this.#until = contentEnds.get(tag.name);
      return [before + tag.text, tag.end];
    }
    const mayGoOn = startsTag ? page.length - start < longestTag : "<!--".startsWith(page.slice(start));
    return mayGoOn ? [before, start] : [`${before}<`, start + 1];
  }
}
