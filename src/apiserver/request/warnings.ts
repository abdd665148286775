/** Warnings for the client, sent as Warning headers (RFC 7234, code 299). */
/** All warnings of an answer together, in bytes; the rest is left out. */
const maximumBytes = 4 * 1024;

export class Warnings {
  readonly #texts = new Set<string>();
  #bytes = 0;

  /** The same warning is sent once. */
  add(message: string): void {
    if (this.#texts.has(message) || this.#bytes + message.length > maximumBytes) return;
    this.#bytes += message.length;
    this.#texts.add(message);
  }

  headers(): Record<string, string[]> {
    if (this.#texts.size === 0) return {};
    return { warning: [...this.#texts].map((text) => `299 - ${quoted(text)}`) };
  }
}

/** A quoted string of HTTP: quotes and backslashes escaped, nothing that cannot stand in a header. */
function quoted(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, " ");
  return `"${plain.replace(/["\\]/g, "\\$&")}"`;
}
