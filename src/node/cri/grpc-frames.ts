/** Messages in a gRPC stream: a byte that says whether it is compressed, its length in four, and itself. */
import { GrpcError, grpcCodes } from "./grpc-error.ts";

const headLength = 5;
/** Lists of thousands of containers are larger than gRPC's default of 4 MiB. */
const maximumMessageBytes = 16 * 1024 * 1024;

export function messageFrame(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headLength + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, headLength);
  return frame;
}

/** Puts messages together from chunks cut anywhere. */
export class MessageReader {
  readonly #message: (bytes: Buffer) => void;
  #chunks: Buffer[] = [];
  #length = 0;
  /** What the chunks must have together before there is anything to do. */
  #wanted = headLength;

  constructor(message: (bytes: Buffer) => void) {
    this.#message = message;
  }

  /** Answers why nothing more can be read, if so. */
  read(chunk: Buffer): GrpcError | undefined {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#wanted) {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      const end = headLength + bytes.readUInt32BE(1);
      if (bytes[0] !== 0) return new GrpcError(grpcCodes.Internal, "a compressed message was not asked for");
      if (end > maximumMessageBytes)
        return new GrpcError(grpcCodes.ResourceExhausted, `a message of ${end} bytes is larger than the limit`);
      if (bytes.length >= end) this.#message(bytes.subarray(headLength, end));
      const rest = bytes.length >= end ? bytes.subarray(end) : bytes;
      this.#wanted = bytes.length >= end ? headLength : end;
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#length = rest.length;
    }
    return undefined;
  }
}
