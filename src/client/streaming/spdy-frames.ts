/** Frames of SPDY/3.1, section 2.6, as values and as bytes. Header blocks stay compressed here: their meaning depends on what came before. */

export type SpdyFrame =
  | { readonly type: "data"; readonly streamId: number; readonly fin: boolean; readonly data: Buffer }
  | { readonly type: "syn-stream"; readonly streamId: number; readonly fin: boolean; readonly headers: Buffer }
  | { readonly type: "syn-reply"; readonly streamId: number; readonly fin: boolean; readonly headers: Buffer }
  | { readonly type: "headers"; readonly streamId: number; readonly fin: boolean; readonly headers: Buffer }
  | { readonly type: "rst-stream"; readonly streamId: number; readonly status: number }
  | { readonly type: "ping"; readonly id: number }
  | { readonly type: "goaway"; readonly lastStreamId: number; readonly status: number }
  /** SETTINGS, WINDOW_UPDATE and what is unknown: read and passed over. */
  | { readonly type: "ignored" };

/** Reasons of RST_STREAM. */
export const resetStatus = { protocolError: 1, invalidStream: 2, refused: 3, cancel: 5 } as const;

const version = 3;
const control = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goaway: 7, headers: 8 } as const;
const finFlag = 1;
const headBytes = 8;

class SpdyProtocolError extends Error {
  override readonly name = "SpdyProtocolError";
}

export function encodeFrame(frame: Exclude<SpdyFrame, { type: "ignored" }>): Buffer {
  switch (frame.type) {
    case "data":
      return Buffer.concat([head(frame.streamId, frame.fin, frame.data.length), frame.data]);
    case "syn-stream":
      // Associated stream, priority and slot are zero.
      return controlFrame(control.synStream, frame.fin, [words(frame.streamId, 0), Buffer.alloc(2), frame.headers]);
    case "syn-reply":
      return controlFrame(control.synReply, frame.fin, [words(frame.streamId), frame.headers]);
    case "headers":
      return controlFrame(control.headers, frame.fin, [words(frame.streamId), frame.headers]);
    case "rst-stream":
      return controlFrame(control.rstStream, false, [words(frame.streamId, frame.status)]);
    case "ping":
      return controlFrame(control.ping, false, [words(frame.id)]);
    case "goaway":
      return controlFrame(control.goaway, false, [words(frame.lastStreamId, frame.status)]);
  }
}

function head(first: number, fin: boolean, length: number): Buffer {
  const bytes = words(first, length);
  bytes[4] = fin ? finFlag : 0;
  return bytes;
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value, 4 * index);
  });
  return bytes;
}

function controlFrame(type: number, fin: boolean, parts: readonly Buffer[]): Buffer {
  const payload = Buffer.concat(parts);
  return Buffer.concat([head((0x8000 | version) * 0x10000 + type, fin, payload.length), payload]);
}

/** Cuts a byte stream into frames. Throws `SpdyProtocolError` on what cannot be one. */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncIterable<SpdyFrame> {
  let pending: Buffer[] = [];
  let length = 0;
  let wanted = headBytes;
  for await (const chunk of chunks) {
    pending.push(chunk);
    length += chunk.length;
    if (length < wanted) continue;
    let bytes = pending.length === 1 ? chunk : Buffer.concat(pending);
    for (wanted = frameLength(bytes); wanted <= bytes.length; wanted = frameLength(bytes)) {
      yield decodeFrame(bytes.subarray(0, wanted));
      bytes = bytes.subarray(wanted);
    }
    pending = [bytes];
    length = bytes.length;
  }
}

/** Of the frame that begins here; the head's where that is not here in full. */
const frameLength = (bytes: Buffer): number =>
  bytes.length < headBytes ? headBytes : headBytes + bytes.readUIntBE(5, 3);

function decodeFrame(bytes: Buffer): SpdyFrame {
  const first = bytes.readUInt32BE(0);
  const fin = (bytes[4]! & finFlag) !== 0;
  const payload = bytes.subarray(headBytes);
  if (first < 0x80000000) return { type: "data", streamId: first, fin, data: payload };
  if (first >>> 16 !== (0x8000 | version)) throw new SpdyProtocolError("the frame is not of SPDY version 3");
  return decodeControl(first & 0xffff, fin, payload);
}

function decodeControl(type: number, fin: boolean, payload: Buffer): SpdyFrame {
  const word = (index: number): number => {
    if (payload.length < 4 * index + 4) throw new SpdyProtocolError("a control frame is cut short");
    return payload.readUInt32BE(4 * index);
  };
  const streamId = (): number => word(0) & 0x7fffffff;
  switch (type) {
    case control.synStream:
      return { type: "syn-stream", streamId: streamId(), fin, headers: payload.subarray(10) };
    case control.synReply:
      return { type: "syn-reply", streamId: streamId(), fin, headers: payload.subarray(4) };
    case control.headers:
      return { type: "headers", streamId: streamId(), fin, headers: payload.subarray(4) };
    case control.rstStream:
      return { type: "rst-stream", streamId: streamId(), status: word(1) };
    case control.ping:
      return { type: "ping", id: word(0) };
    case control.goaway:
      return { type: "goaway", lastStreamId: streamId(), status: word(1) };
    default:
      return { type: "ignored" };
  }
}
