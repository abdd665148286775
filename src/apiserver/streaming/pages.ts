/** Web pages on their way through a proxy: known by their head, unpacked, and with their links led through the proxy. */
import type { IncomingHttpHeaders } from "node:http";
import { Transform } from "node:stream";
import { createBrotliDecompress, createUnzip } from "node:zlib";
import { PageLinks } from "./page-links.ts";

const unpack: Readonly<Record<string, () => Transform>> = {
  gzip: createUnzip,
  deflate: createUnzip,
  br: createBrotliDecompress,
};

function rewriteLinks(rewrite: (link: string) => string): Transform {
  const links = new PageLinks(rewrite);
  return new Transform({
    // One character a byte: whatever the page's encoding, what is not a link comes out as it went in.
    transform: (chunk: Buffer, _, done) => done(null, Buffer.from(links.push(chunk.toString("latin1")), "latin1")),
    flush: (done) => done(null, Buffer.from(links.end(), "latin1")),
  });
}

/** What the body of an answer with this head must go through; empty for what is no page, or packed in an unknown way. */
export function pageStages(headers: IncomingHttpHeaders, rewrite: (link: string) => string): Transform[] {
  const type = (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
  if (type !== "text/html") return [];
  const packing = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (packing === "identity") return [rewriteLinks(rewrite)];
  const open = Object.hasOwn(unpack, packing) ? unpack[packing] : undefined;
  return open ? [open(), rewriteLinks(rewrite)] : [];
}

const fromServer = /^(?:https?:)?\/\/([^/?#]*)/i;

/**
 * A link on a page of `backend` for who sees that page below `front.prefix`. Links to other hosts, relative ones and
 * those that lead through the proxy already stay.
 */
export function forwardedLink(link: string, backend: URL, front: { host: string; prefix: string }): string {
  const trimmed = link.trim();
  const server = fromServer.exec(trimmed);
  const host = server?.[1] ?? "";
  if (server && host !== backend.host && host !== front.host) return link;
  const path = trimmed.slice(server?.[0].length ?? 0);
  if (!path.startsWith("/") || path.startsWith(front.prefix)) return link;
  return `${server && host === front.host ? server[0] : ""}${front.prefix}${path}`;
}
