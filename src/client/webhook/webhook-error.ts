/** What can go wrong between the caller and a webhook, in the words that people search for. */
import type { PeerCertificate } from "node:tls";

/**
 * `trust`: the bundle is no certificate. `resolve`: the Service leads nowhere. `deadline` and `canceled`: the time was over, or the caller
 * went. `connect`: no connection, or it broke. `status`: an answer other than 2xx. `body`: an answer that cannot be read.
 */
export type WebhookErrorCode = "trust" | "resolve" | "deadline" | "canceled" | "connect" | "status" | "body";

export interface WebhookErrorOptions extends ErrorOptions {
  readonly httpStatus?: number;
}

export class WebhookError extends Error {
  readonly code: WebhookErrorCode;
  /** Of `status`: what was answered. */
  readonly httpStatus: number | undefined;

  constructor(code: WebhookErrorCode, message: string, { httpStatus, ...options }: WebhookErrorOptions = {}) {
    super(message, options);
    this.name = "WebhookError";
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

interface NetworkError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  /** Of a certificate for somebody else. */
  readonly host?: string;
  readonly cert?: PeerCertificate;
}

const connectCauses: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ETIMEDOUT: "i/o timeout",
};

const unknownAuthority: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_SIGNATURE_FAILURE",
]);

const outOfTime: ReadonlySet<string> = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);
const notTls: ReadonlySet<string> = new Set([
  "EPROTO",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
]);

function wrongName({ host = "", cert }: NetworkError): string {
  const names = (cert?.subjectaltname ?? "").split(", ").map((name) => name.replace(/^(DNS|IP Address):/, ""));
  if (names.join("") !== "") return `certificate is valid for ${names.join(", ")}, not ${host}`;
  return cert?.subject?.CN
    ? "certificate relies on legacy Common Name field, use SANs instead"
    : `certificate is not valid for any names, but wanted to match ${host}`;
}

function certificateCause(error: NetworkError): string | undefined {
  const code = error.code ?? "";
  if (unknownAuthority.has(code)) return "certificate signed by unknown authority";
  if (outOfTime.has(code)) return "certificate has expired or is not yet valid";
  return code === "ERR_TLS_CERT_ALTNAME_INVALID" ? wrongName(error) : undefined;
}

function dialled({ address, port }: NetworkError): string {
  if (address === undefined) return "dial tcp";
  return `dial tcp ${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/** What went wrong with a connection. */
export function networkCause(error: NetworkError): string {
  const code = error.code ?? "";
  if (connectCauses[code]) return `${dialled(error)}: ${connectCauses[code]}`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `dial tcp: lookup ${error.hostname}: no such host`;
  const certificate = certificateCause(error);
  if (certificate) return `tls: failed to verify certificate: x509: ${certificate}`;
  if (notTls.has(code)) return "http: server gave HTTP response to HTTPS client";
  if (code === "ECONNRESET") return error.syscall === "read" ? "read: connection reset by peer" : "EOF";
  return error.message;
}

const statusTexts: Readonly<Record<number, string>> = {
  400: "the server rejected our request for an unknown reason",
  401: "the server has asked for the client to provide credentials",
  404: "the server could not find the requested resource",
  405: "the server does not allow this method on the requested resource",
  409: "the server reported a conflict",
  413: "the server rejected our request because it was too large",
  422: "the server rejected our request due to an error in our request",
  429: "the server has received too many requests and has asked us to try again later",
  503: "the server is currently unable to handle the request",
  504: "the server was unable to return a response in the time allotted, but may still be processing the request",
};

/** What is said of an answer other than 2xx. `text` is its body where it is text. */
export function statusText(code: number, text: string): string {
  const known = statusTexts[code];
  if (known) return known;
  if (code === 403 || code === 406 || code === 415) return text;
  if (code >= 500) return `an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`;
  return `the server responded with the status code ${code} but did not return more information`;
}
