/** Approves the client certificates that nodes ask for, where the asker may have one. */
import { type authorizationv1, type certificatesv1, formatTime, ignoreNotFound, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { readRequest } from "./request-content.ts";
import { kubeletClientSigner, type RequestContent, refusalOf } from "./request-rules.ts";

type Request = certificatesv1.CertificateSigningRequest;

const selfMessage = "Auto approving self kubelet client certificate after SubjectAccessReview.";
const otherMessage = "Auto approving kubelet client certificate after SubjectAccessReview.";

export class CertificateApprovingController extends QueueController {
  readonly #requests: Informer<Request>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("certificatesigningrequest-approving-controller", context, options);
    this.#requests = this.watchOwn(resources.certificatesigningrequests);
  }

  protected override async reconcile(name: string): Promise<undefined> {
    const request = this.#requests.lister.get(name);
    if (request === undefined || request.spec.signerName !== kubeletClientSigner) return;
    if (request.status?.certificate || (request.status?.conditions ?? []).length > 0) return;
    const content = await contentOf(request);
    if (content === undefined || refusalOf(kubeletClientSigner, content, request.spec.usages ?? [])) return;
    const isSelf = request.spec.username === content.commonName;
    if (isSelf && (await this.#mayAsk(request, "selfnodeclient"))) return this.#approve(request, selfMessage);
    if (await this.#mayAsk(request, "nodeclient")) return this.#approve(request, otherMessage);
    return undefined;
  }

  async #mayAsk({ spec }: Request, subresource: string): Promise<boolean> {
    const { username, uid, groups, extra } = spec;
    const resourceAttributes = {
      group: "certificates.k8s.io",
      resource: "certificatesigningrequests",
      verb: "create",
      subresource,
      version: "*",
    };
    const review = await this.context.client.resource(resources.subjectaccessreviews).create({
      spec: {
        resourceAttributes,
        ...(username ? { user: username } : {}),
        ...(uid ? { uid } : {}),
        ...(groups ? { groups } : {}),
        ...(extra ? { extra } : {}),
      },
    });
    return (review as authorizationv1.SubjectAccessReview).status?.allowed === true;
  }

  async #approve(request: Request, message: string): Promise<undefined> {
    const time = formatTime(this.now);
    const condition = {
      type: "Approved",
      status: "True" as const,
      reason: "AutoApproved",
      message,
      lastUpdateTime: time,
      lastTransitionTime: time,
    };
    const approved = { ...request, status: { ...request.status, conditions: [condition] } };
    const requests = this.context.client.resource(resources.certificatesigningrequests);
    await requests.update(approved, { subresource: "approval" }).catch(ignoreNotFound);
  }
}

/** What cannot be read is for the signer to refuse. */
async function contentOf(request: Request): Promise<RequestContent | undefined> {
  try {
    return await readRequest(request.spec.request);
  } catch {
    return undefined;
  }
}
