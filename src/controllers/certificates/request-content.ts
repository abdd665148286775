/** Reads a PKCS#10 request. The parser is loaded when the first request comes: few clusters have one. */
import type { SubjectAlternativeNameExtension } from "@peculiar/x509";
import type { RequestContent } from "./request-rules.ts";

/** Object identifier of subjectAltName. */
const alternativeNames = "2.5.29.17";

/** `pem` as the API carries it, in base64. Rejects where it does not parse. */
export async function readRequest(pem: string): Promise<RequestContent> {
  await import("reflect-metadata");
  const { Pkcs10CertificateRequest } = await import("@peculiar/x509");
  const request = new Pkcs10CertificateRequest(Buffer.from(pem, "base64").toString());
  const extension = request.getExtension(alternativeNames) as SubjectAlternativeNameExtension | null;
  const names = extension?.names.items ?? [];
  const ofType = (type: string) => names.filter((name) => name.type === type).map((name) => name.value);
  return {
    commonName: request.subjectName.getField("CN")[0] ?? "",
    organizations: request.subjectName.getField("O"),
    dnsNames: ofType("dns"),
    addresses: ofType("ip"),
    otherNames: names.filter((name) => name.type !== "dns" && name.type !== "ip").map((name) => name.value),
  };
}
