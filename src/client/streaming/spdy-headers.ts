/**
 * Header blocks of SPDY/3.1, section 2.6.10: pairs of names and values, compressed in one zlib stream per direction and connection, primed
 * with a dictionary that the protocol fixes.
 */
import { createInflate } from "node:zlib";

export type SpdyHeaders = Readonly<Record<string, string>>;

/** More than any handshake of Kubernetes needs; less than a bomb. */
const maxBlockBytes = 256 * 1024;
const maxStoredBytes = 0xffff;

/** Words of the dictionary that carry their length before them, in the protocol's order. */
const dictionaryWords = [
  "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow",
  "authorization cache-control connection content-base content-encoding content-language content-length",
  "content-location content-md5 content-range content-type date etag expect expires from host if-match",
  "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma",
  "proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade",
  "user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie",
  "keep-alive origin",
]
  .join(" ")
  .split(" ")
  .map((word) => word.replace("_", " "));

const dictionaryTail =
  "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information" +
  "204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error" +
  "501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, " +
  "Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain," +
  "text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

export const spdyDictionary: Buffer = Buffer.concat([
  ...dictionaryWords.flatMap((word) => [lengthOf(word), Buffer.from(word)]),
  Buffer.from(dictionaryTail),
]);

function lengthOf(text: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Buffer.byteLength(text));
  return bytes;
}

/** Names go out in lower case, as the protocol demands. */
function encodeBlock(headers: SpdyHeaders): Buffer {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(entries.length);
  return Buffer.concat([count, ...entries.flat().flatMap((text) => [lengthOf(text), Buffer.from(text)])]);
}

/** Throws `RangeError` where the block is cut short. */
function decodeBlock(block: Buffer): SpdyHeaders {
  let position = 4;
  const text = (): string => {
    const start = position + 4;
    position = start + block.readUInt32BE(position);
    if (position > block.length) throw new RangeError("the header block is cut short");
    return block.toString("utf8", start, position);
  };
  const count = block.readUInt32BE(0);
  // Two lengths are the least that a pair takes: a list of as many as are claimed would take seconds to make.
  if (count > block.length / 8) throw new RangeError("the header block is cut short");
  return Object.fromEntries(Array.from({ length: count }, () => [text(), text()] as const));
}

/**
 * Writes blocks as stored (not shortened) parts of a zlib stream: the few small blocks of a connection are not worth a compressor's memory and
 * its asynchrony. Each ends with an empty part, the mark after which Go's reader hands out what it has.
 */
export class HeaderCompressor {
  #begun = false;

  compress(headers: SpdyHeaders): Buffer {
    const block = encodeBlock(headers);
    const parts: Buffer[] = this.#begun ? [] : [Buffer.from([0x78, 0x01])];
    this.#begun = true;
    for (let start = 0; start < block.length; start += maxStoredBytes) {
      parts.push(storedPart(block.subarray(start, start + maxStoredBytes)));
    }
    return Buffer.concat([...parts, storedPart(Buffer.alloc(0))]);
  }
}

function storedPart(data: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt16LE(data.length, 1);
  head.writeUInt16LE(data.length ^ 0xffff, 3);
  return Buffer.concat([head, data]);
}

/** Reads blocks in the order they came; `decompress` must not be called again before it has answered. After a failure it only fails. */
export class HeaderDecompressor {
  readonly #inflate = createInflate({ dictionary: spdyDictionary });
  #parts: Buffer[] = [];
  #bytes = 0;
  #failure: Error | undefined;

  constructor() {
    this.#inflate.on("data", (part: Buffer) => {
      this.#bytes += part.length;
      if (this.#bytes <= maxBlockBytes) this.#parts.push(part);
      else this.#refuse();
    });
    this.#inflate.on("error", (error) => {
      this.#failure ??= error;
    });
  }

  async decompress(compressed: Buffer): Promise<SpdyHeaders> {
    if (this.#failure) throw this.#failure;
    this.#parts = [];
    this.#bytes = 0;
    await new Promise<void>((resolve) => {
      this.#inflate.once("close", resolve);
      this.#inflate.write(compressed, () => {
        this.#inflate.off("close", resolve);
        resolve();
      });
    });
    if (this.#failure) throw this.#failure;
    return decodeBlock(Buffer.concat(this.#parts));
  }

  /** A frame of 16 MiB may unfold to 16 GiB: no more of it is read. */
  #refuse(): void {
    this.#failure ??= new RangeError("the header block is too large");
    this.#parts = [];
    this.#inflate.destroy();
  }

  close(): void {
    this.#inflate.destroy();
  }
}
