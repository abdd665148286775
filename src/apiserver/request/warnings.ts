/** Warnings for the client, sent as Warning headers (RFC 7234, code 299). */

/** All warnings of an answer together, in characters; where there are more, each is cut. */
const most = 4 * 1024;
const mostOfOne = 256;

export class Warnings {
  readonly #texts = new Set<string>();
  #characters = 0;
  /** As `#characters`, were each cut. */
  #cutCharacters = 0;

  /** The same warning is sent once. */
  add(message: string): void {
    if (message === "" || this.#texts.has(message)) return;
    if (this.#isCut && this.#cutCharacters >= most) return;
    this.#texts.add(message);
    const length = lengthOf(message);
    this.#characters += length;
    this.#cutCharacters += Math.min(length, mostOfOne);
  }

  get #isCut(): boolean {
    return this.#characters > most;
  }

  headers(): Record<string, string[]> {
    if (this.#texts.size === 0) return {};
    const isCut = this.#isCut;
    return { warning: [...this.#texts].map((text) => `299 - ${quoted(isCut ? cut(text) : text)}`) };
  }
}

function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

function cut(text: string): string {
  return text.length <= mostOfOne ? text : [...text].slice(0, mostOfOne).join("");
}

/** A quoted string of HTTP: quotes and backslashes escaped, nothing that cannot stand in a header; UTF-8 bytes, each as one character. */
function quoted(text: string): string {
  const plain = text.replace(/\p{Cc}/gu, " ").replace(/["\\]/g, "\\$&");
  return `"${Buffer.from(plain, "utf8").toString("latin1")}"`;
}
