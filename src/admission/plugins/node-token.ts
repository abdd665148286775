/** Tokens that a node may ask for: bound to one of its pods, for audiences that the pod's volumes name. */
import { type authenticationv1, type corev1, isNotFound, resources } from "../../api/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { forbidden, notFound } from "../refusal.ts";
import { incoming } from "../request.ts";

async function findPod(context: AdmissionContext, namespace: string, name: string): Promise<corev1.Pod> {
  try {
    return await context.client.resource(resources.pods).get(name, { namespace });
  } catch (error) {
    throw isNotFound(error) ? notFound("pod", name) : error;
  }
}

function audiencesOf(pod: corev1.Pod): ReadonlySet<string> {
  const sources = (pod.spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  return new Set(
    sources.flatMap((source) => (source.serviceAccountToken ? [source.serviceAccountToken.audience ?? ""] : [])),
  );
}

export async function checkTokenOfNode(
  context: AdmissionContext,
  attributes: AdmissionAttributes,
  node: string,
): Promise<void> {
  const { spec } = incoming<authenticationv1.TokenRequest>(attributes);
  const reference = spec?.boundObjectRef;
  if (reference?.apiVersion !== "v1" || reference.kind !== "Pod" || !reference.name)
    throw forbidden(attributes, "node requested token not bound to a pod");
  if (!reference.uid) throw forbidden(attributes, "node requested token with a pod binding without a uid");
  const pod = await findPod(context, attributes.namespace ?? "", reference.name);
  if (pod.metadata.uid !== reference.uid)
    throw forbidden(
      attributes,
      `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  if (pod.spec.nodeName !== node)
    throw forbidden(attributes, "node requested token bound to a pod scheduled on a different node");
  checkAudiences(attributes, spec.audiences ?? [], audiencesOf(pod));
}

/** The API server's own audience, which an empty one stands for, is every pod's. */
function checkAudiences(attributes: AdmissionAttributes, asked: readonly string[], known: ReadonlySet<string>): void {
  if (asked.length === 0) return;
  const foreign = asked.find((audience) => !known.has(audience));
  if (foreign === undefined) return;
  const who = attributes.user.name;
  throw forbidden(
    attributes,
    `audience ${JSON.stringify(foreign)} not found in pod spec volume, ${who} is not authorized to request tokens for this audience`,
  );
}
