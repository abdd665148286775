/** Signs certificate requests that have been approved, for the four built-in signers. */
import { type certificatesv1, formatTime, ignoreNotFound, isConditionTrue, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { messageOf } from "../support/pod-control.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { readRequest } from "./request-content.ts";
import { refusalOf, signers } from "./request-rules.ts";

type Request = certificatesv1.CertificateSigningRequest;

/** The cluster's certificate authority, as far as it is needed here. */
export interface RequestSigner {
  /** PEM in, PEM out. */
  signRequest(
    request: string,
    options: {
      readonly extendedUsages: readonly string[];
      readonly keyEncipherment: boolean;
      readonly notAfter: number;
    },
  ): Promise<string>;
}

export interface CertificateSigningOptions extends QueueControllerOptions {
  readonly requestSigner: RequestSigner;
}

const longestSeconds = 365 * 24 * 3600;
const shortestSeconds = 600;

/** Object identifiers of RFC 5280, section 4.2.1.12. */
const usageIdentifiers: Readonly<Record<string, string>> = {
  "server auth": "1.3.6.1.5.5.7.3.1",
  "client auth": "1.3.6.1.5.5.7.3.2",
  "code signing": "1.3.6.1.5.5.7.3.3",
  "email protection": "1.3.6.1.5.5.7.3.4",
  "s/mime": "1.3.6.1.5.5.7.3.4",
  timestamping: "1.3.6.1.5.5.7.3.8",
  "ocsp signing": "1.3.6.1.5.5.7.3.9",
};

export class CertificateSigningController extends QueueController {
  readonly #signer: RequestSigner;
  readonly #requests: Informer<Request>;

  constructor(options: CertificateSigningOptions, context: ComponentContext) {
    super("certificatesigningrequest-signing-controller", context, options);
    this.#signer = options.requestSigner;
    this.#requests = this.watchOwn(resources.certificatesigningrequests);
  }

  protected override async reconcile(name: string): Promise<undefined> {
    const request = this.#requests.lister.get(name);
    if (request === undefined || !isToSign(request)) return;
    const { spec } = request;
    const refusal = await this.#refusal(request);
    if (refusal !== undefined) return this.#fail(request, refusal);
    const pem = Buffer.from(spec.request, "base64").toString();
    const usages = spec.usages ?? [];
    const certificate = await this.#signer.signRequest(pem, {
      extendedUsages: usages.flatMap((usage) => usageIdentifiers[usage] ?? []),
      keyEncipherment: usages.includes("key encipherment"),
      notAfter: this.now + lifetimeSeconds(spec.expirationSeconds) * 1000,
    });
    await this.#write({
      ...request,
      status: { ...request.status, certificate: Buffer.from(certificate).toString("base64") },
    });
  }

  async #refusal(request: Request): Promise<string | undefined> {
    try {
      const content = await readRequest(request.spec.request);
      return refusalOf(request.spec.signerName, content, request.spec.usages ?? []);
    } catch (error) {
      return `unable to parse csr "${request.metadata.name}": ${messageOf(error)}`;
    }
  }

  async #fail(request: Request, message: string): Promise<undefined> {
    const time = formatTime(this.now);
    const condition = {
      type: "Failed",
      status: "True" as const,
      reason: "SignerValidationFailure",
      message,
      lastUpdateTime: time,
      lastTransitionTime: time,
    };
    const conditions = [...(request.status?.conditions ?? []), condition];
    await this.#write({ ...request, status: { ...request.status, conditions } });
  }

  async #write(request: Request): Promise<void> {
    await this.context.client
      .resource(resources.certificatesigningrequests)
      .updateStatus(request)
      .catch(ignoreNotFound);
  }
}

function isToSign({ spec, status }: Request): boolean {
  const conditions = status?.conditions;
  return (
    signers.has(spec.signerName) &&
    !status?.certificate &&
    isConditionTrue(conditions, "Approved") &&
    !isConditionTrue(conditions, "Denied") &&
    !isConditionTrue(conditions, "Failed")
  );
}

function lifetimeSeconds(requested: number | undefined): number {
  return Math.max(shortestSeconds, Math.min(requested ?? longestSeconds, longestSeconds));
}
