/** What POST to `serviceaccounts/NAME/token` means. */
import { type authenticationv1, type corev1, formatTime } from "../../api/mod.ts";
import { badRequest, conflict, invalidField, notFound } from "../status.ts";
import type { ObjectIdentity, ServiceAccountTokens, TokenIssueRequest } from "./service-account-tokens.ts";

const defaultLifetimeSeconds = 3600;
const shortestLifetimeSeconds = 600;
const longestLifetimeSeconds = 2 ** 32;
/** Node agents ask for this lifetime on behalf of pods; it marks a client that may never read its token again. */
const podTokenLifetimeSeconds = 3607;
/** Such tokens live this much longer than they say, and their use is warned of (KEP-1205, "extended expiration"). */
const extendedLifetimeSeconds = 365 * 24 * 60 * 60;

const kind = { group: "authentication.k8s.io", kind: "TokenRequest" };

export interface TokenRequestContext {
  readonly account: corev1.ServiceAccount;
  /** What this API server is called by tokens meant for it: the default audience. */
  readonly audiences: readonly string[];
  readonly tokens: ServiceAccountTokens;
  readonly findPod: (namespace: string, name: string) => Promise<corev1.Pod | undefined>;
  readonly findSecret: (namespace: string, name: string) => Promise<corev1.Secret | undefined>;
  readonly findNode: (name: string) => Promise<corev1.Node | undefined>;
}

interface Binding {
  readonly pod?: ObjectIdentity;
  readonly secret?: ObjectIdentity;
  readonly node?: { readonly name: string; readonly uid?: string };
}

function validate(spec: Partial<authenticationv1.TokenRequestSpec>): void {
  const seconds = spec.expirationSeconds ?? defaultLifetimeSeconds;
  const refuse = (why: string) => invalidField(kind, "spec.expirationSeconds", `Invalid value: ${seconds}: ${why}`);
  if (seconds < shortestLifetimeSeconds) throw refuse("may not specify a duration less than 10 minutes");
  if (seconds > longestLifetimeSeconds) throw refuse("may not specify a duration larger than 2^32 seconds");
}

function requireSameUid(reference: authenticationv1.BoundObjectReference, uid: string): void {
  if (!reference.uid || reference.uid === uid) return;
  const why = `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  throw conflict(reference.kind ?? "", reference.name ?? "", why);
}

async function podBinding(context: TokenRequestContext, name: string): Promise<Binding> {
  const { account } = context;
  const pod = await context.findPod(account.metadata.namespace, name);
  if (pod === undefined) throw notFound("pods", name);
  if (pod.spec.serviceAccountName !== account.metadata.name) {
    const accountName = JSON.stringify(account.metadata.name);
    throw badRequest(
      `cannot bind token for serviceaccount ${accountName} to pod running with different serviceaccount name.`,
    );
  }
  const identity = { name, uid: pod.metadata.uid };
  const { nodeName } = pod.spec;
  if (!nodeName) return { pod: identity };
  const node = await context.findNode(nodeName);
  return { pod: identity, node: { name: nodeName, ...(node && { uid: node.metadata.uid }) } };
}

async function secretBinding(context: TokenRequestContext, name: string): Promise<Binding> {
  const secret = await context.findSecret(context.account.metadata.namespace, name);
  if (secret === undefined) throw notFound("secrets", name);
  return { secret: { name, uid: secret.metadata.uid } };
}

async function nodeBinding(context: TokenRequestContext, name: string): Promise<Binding> {
  const node = await context.findNode(name);
  if (node === undefined) throw notFound("nodes", name);
  return { node: { name, uid: node.metadata.uid } };
}

const binders = new Map([
  ["Pod", podBinding],
  ["Secret", secretBinding],
  ["Node", nodeBinding],
]);

async function bindingOf(
  context: TokenRequestContext,
  reference: authenticationv1.BoundObjectReference | undefined,
): Promise<Binding> {
  if (!reference) return {};
  const bind = binders.get(reference.kind ?? "");
  if (!bind) throw badRequest(`cannot bind token to object of type ${groupVersionKind(reference)}`);
  if (!reference.name) throw badRequest("Name parameter required.");
  const binding = await bind(context, reference.name);
  const bound = binding.pod ?? binding.secret ?? binding.node;
  requireSameUid(reference, bound?.uid ?? "");
  return binding;
}

function groupVersionKind({ apiVersion = "", kind: name = "" }: authenticationv1.BoundObjectReference): string {
  return `${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${name}`;
}

/** A pod's token for the API server outlives what its answer says, for clients that read it once; it says so when it is used late. */
function lifetime(context: TokenRequestContext, binding: Binding, audiences: readonly string[], seconds: number) {
  const forThisServer = audiences.every((audience) => context.audiences.includes(audience));
  if (!binding.pod || seconds !== podTokenLifetimeSeconds || !forThisServer) return { lifetimeSeconds: seconds };
  return { lifetimeSeconds: extendedLifetimeSeconds, warnAfterSeconds: seconds };
}

/** The answer to a request for a token; rejects with the `StatusError` that the client gets. */
export async function answerTokenRequest(
  context: TokenRequestContext,
  request: { readonly spec?: Partial<authenticationv1.TokenRequestSpec> },
): Promise<authenticationv1.TokenRequest> {
  const spec = request.spec ?? {};
  validate(spec);
  const { account } = context;
  const { name, namespace, uid } = account.metadata;
  const expirationSeconds = spec.expirationSeconds ?? defaultLifetimeSeconds;
  const audiences = spec.audiences?.length ? spec.audiences : [...context.audiences];
  const binding = await bindingOf(context, spec.boundObjectRef);
  const issue: TokenIssueRequest = {
    namespace,
    serviceAccount: { name, uid },
    audiences,
    ...lifetime(context, binding, audiences, expirationSeconds),
    ...binding,
  };
  const { token, issuedAt } = await context.tokens.issue(issue);
  const expirationTimestamp = formatTime(issuedAt + expirationSeconds * 1000);
  return {
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { name, namespace, uid, creationTimestamp: formatTime(issuedAt) },
    spec: { ...spec, audiences, expirationSeconds },
    status: { token, expirationTimestamp },
  } as authenticationv1.TokenRequest;
}
