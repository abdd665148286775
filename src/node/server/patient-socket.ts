/** A connection whose failed writes do not cost what the peer said last. */
import { Socket } from "node:net";

type Done = (error?: Error | null) => void;

/**
 * A runtime closes its side when a command is over, with the exit code as its last words. Who writes to it a moment later (the end of an input, the
 * reset of a stream) is told that nobody listens, and Node would destroy the socket at that with the last words unread. Here what cannot be
 * delivered is dropped; the end of the connection is seen where it is read.
 */
export class PatientSocket extends Socket {
  override _write(chunk: unknown, encoding: BufferEncoding, done: Done): void {
    super._write(chunk, encoding, () => done());
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], done: Done): void {
    super._writev!(chunks, () => done());
  }

  override _final(done: Done): void {
    super._final(() => done());
  }
}
