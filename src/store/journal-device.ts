/** What a journal's file is on: each write is durable when it has returned. */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  write,
  writeSync,
} from "node:fs";
import { join } from "node:path";

export interface JournalDevice {
  /** For messages. */
  readonly name: string;
  content(): Buffer;
  /** Rejects with the system's error; any part of the bytes may be there then. */
  write(bytes: Buffer, position: number): Promise<void>;
  overwrite(bytes: Buffer, position: number): void;
  truncate(length: number): void;
  /** `empty`: nothing of it is needed any more. */
  close(empty: boolean): void;
}

export const canJournal = process.platform === "linux" && constants.O_DSYNC !== undefined;

export const journalNames = ["journal-0", "journal-1"] as const;

/** The two of a folder, made where they are missing, for their owner only. */
export function openJournalDevices(folder: string): readonly [JournalDevice, JournalDevice] {
  const [first, second] = journalNames;
  const devices = [openDevice(join(folder, first)), openDevice(join(folder, second))] as const;
  syncFolder(folder);
  return devices;
}

export function openDevice(path: string): JournalDevice {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_DSYNC, 0o600);
  return {
    name: path,
    content() {
      const content = Buffer.alloc(fstatSync(descriptor).size);
      readSync(descriptor, content, 0, content.length, 0);
      return content;
    },
    write: (bytes, position) =>
      new Promise((resolve, reject) => {
        write(descriptor, bytes, 0, bytes.length, position, (error, written) => {
          if (error || written < bytes.length) reject(error ?? new Error("the journal was written in part"));
          else resolve();
        });
      }),
    overwrite: (bytes, position) => void writeSync(descriptor, bytes, 0, bytes.length, position),
    truncate(length) {
      ftruncateSync(descriptor, length);
      fsyncSync(descriptor);
    },
    close(empty) {
      if (empty && fstatSync(descriptor).size > 0) ftruncateSync(descriptor);
      closeSync(descriptor);
    },
  };
}

/** A new file is found again after a power failure when its folder is on the disk. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
