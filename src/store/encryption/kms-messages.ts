/** KMS v2 on the wire: the plug-in's calls, and how a sealed value lies in the store. Field numbers as upstream publishes them. */
import { decodeMessage, encodeMessage, type Message, schema } from "../../api/mod.ts";

const { bytes, field, int32, map, message, string } = schema;
const name = (own: string) => `v2.${own}`;

const statusRequest = message(name("StatusRequest"), {});
const statusResponse = message(name("StatusResponse"), {
  version: field(1, string),
  healthz: field(2, string),
  key_id: field(3, string),
});
const decryptRequest = message(name("DecryptRequest"), {
  ciphertext: field(1, bytes),
  uid: field(2, string),
  key_id: field(3, string),
  annotations: field(4, map(bytes)),
});
const decryptResponse = message(name("DecryptResponse"), { plaintext: field(1, bytes) });
const encryptRequest = message(name("EncryptRequest"), { plaintext: field(1, bytes), uid: field(2, string) });
const encryptResponse = message(name("EncryptResponse"), {
  ciphertext: field(1, bytes),
  key_id: field(2, string),
  annotations: field(3, map(bytes)),
});

const sealed = message(name("EncryptedObject"), {
  encryptedData: field(1, bytes),
  keyID: field(2, string),
  encryptedDEKSource: field(3, bytes),
  annotations: field(4, map(bytes)),
  encryptedDEKSourceType: field(5, int32),
});

/** Method, request, response. */
export const kmsMethods = {
  Status: [statusRequest, statusResponse],
  Encrypt: [encryptRequest, encryptResponse],
  Decrypt: [decryptRequest, decryptResponse],
} as const;

/** Seeds from which the key of each value is derived. */
export const seedSource = 1;

export interface SealedValue {
  readonly encryptedData: Buffer;
  readonly keyId: string;
  readonly encryptedSeed: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
  readonly sourceType: number;
}

export function encodeSealed({
  encryptedData,
  keyId,
  encryptedSeed,
  annotations,
  sourceType,
}: SealedValue): Uint8Array {
  return encodeMessage(sealed as Message<object>, {
    encryptedData: encryptedData.toString("base64"),
    keyID: keyId,
    encryptedDEKSource: encryptedSeed.toString("base64"),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    encryptedDEKSourceType: sourceType,
  });
}

interface SealedMessage {
  readonly encryptedData?: string;
  readonly keyID?: string;
  readonly encryptedDEKSource?: string;
  readonly annotations?: Record<string, string>;
  readonly encryptedDEKSourceType?: number;
}

export function decodeSealed(stored: Uint8Array): SealedValue {
  const found = decodeMessage(sealed as Message<object>, stored) as SealedMessage;
  return {
    encryptedData: Buffer.from(found.encryptedData ?? "", "base64"),
    keyId: found.keyID ?? "",
    encryptedSeed: Buffer.from(found.encryptedDEKSource ?? "", "base64"),
    annotations: found.annotations ?? {},
    sourceType: found.encryptedDEKSourceType ?? 0,
  };
}
