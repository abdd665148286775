/** CertificateSigningRequest. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { bytes, enumeration, field, int32, kind, list, map, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const keyUsage = enumeration(
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
);
export type KeyUsage = Infer<typeof keyUsage>;

export const certificateSigningRequestSpec = message("io.k8s.api.certificates.v1.CertificateSigningRequestSpec", {
  request: field(1, bytes, { required: true }),
  username: field(2, string),
  uid: field(3, string),
  groups: field(4, list(string, { listType: "atomic" })),
  usages: field(5, list(keyUsage, { listType: "atomic" })),
  extra: field(6, map(list(string, { wrapped: true }))),
  signerName: field(7, string, { required: true }),
  expirationSeconds: field(8, int32, { pointer: true }),
});
export interface CertificateSigningRequestSpec extends Infer<typeof certificateSigningRequestSpec> {}

export const certificateSigningRequestCondition = message(
  "io.k8s.api.certificates.v1.CertificateSigningRequestCondition",
  {
    type: field(1, string, { required: true }),
    reason: field(2, string),
    message: field(3, string),
    lastUpdateTime: field(4, time, { always: true }),
    lastTransitionTime: field(5, time, { always: true }),
    status: field(6, string, { required: true }),
  },
);
export interface CertificateSigningRequestCondition extends Infer<typeof certificateSigningRequestCondition> {}

export const certificateSigningRequestStatus = message("io.k8s.api.certificates.v1.CertificateSigningRequestStatus", {
  conditions: field(1, list(certificateSigningRequestCondition, { listType: "map", listMapKeys: ["type"] })),
  certificate: field(2, bytes),
});
export interface CertificateSigningRequestStatus extends Infer<typeof certificateSigningRequestStatus> {}

export const certificateSigningRequest = kind(
  "io.k8s.api.certificates.v1.CertificateSigningRequest",
  "certificates.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    spec: field(2, certificateSigningRequestSpec, { required: true }),
    status: field(3, certificateSigningRequestStatus, { always: true }),
  },
);
export interface CertificateSigningRequest extends Infer<typeof certificateSigningRequest> {}

export const certificateSigningRequestList = listKind(
  "io.k8s.api.certificates.v1.CertificateSigningRequestList",
  certificateSigningRequest,
);
export interface CertificateSigningRequestList extends Infer<typeof certificateSigningRequestList> {}
