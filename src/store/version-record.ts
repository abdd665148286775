/**
 * A version as bytes, so that a damaged disk is noticed and never served:
 * checksum of the rest (4) · format (1) · kind (1) · previous revision (6) · key length (2) · key · value.
 */
import { crc32 } from "node:zlib";
import { StoreError } from "./errors.ts";
import type { Version } from "./version-log.ts";

const format = 1;
const kinds = { put: 1, delete: 2 } as const;
const headBytes = 14;

export function encodeVersion(version: Version): Buffer {
  const record = Buffer.allocUnsafe(versionBytes(version));
  writeVersion(version, record);
  return record;
}

/** What the version takes as bytes. */
export function versionBytes({ key, value }: Version): number {
  return headBytes + Buffer.byteLength(key) + (value?.byteLength ?? 0);
}

/** Fills `record`, which has as many bytes as the version takes. */
export function writeVersion({ key, previous, value }: Version, record: Buffer): void {
  const keyBytes = record.length - headBytes - (value?.byteLength ?? 0);
  record[4] = format;
  record[5] = value ? kinds.put : kinds.delete;
  record.writeUIntBE(previous, 6, 6);
  record.writeUInt16BE(keyBytes, 12);
  record.write(key, headBytes, keyBytes);
  if (value) record.set(value, headBytes + keyBytes);
  record.writeUInt32BE(crc32(record.subarray(4)), 0);
}

/** Throws `corrupt` where the checksum does not fit. The value shares the record's memory. */
export function decodeVersion(revision: number, record: Buffer): Version {
  if (record.length < headBytes || record.readUInt32BE(0) !== crc32(record.subarray(4)) || record[4] !== format) {
    throw new StoreError("corrupt", `the stored version of revision ${revision} is damaged`);
  }
  const valueStart = headBytes + record.readUInt16BE(12);
  return {
    revision,
    key: record.toString("utf8", headBytes, valueStart),
    previous: record.readUIntBE(6, 6),
    ...(record[5] === kinds.put && { value: record.subarray(valueStart) }),
  };
}
