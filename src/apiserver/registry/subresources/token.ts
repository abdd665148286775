/** `serviceaccounts/NAME/token`: a signed token for an account, bound to a pod where asked. */

import { authenticationv1, type corev1, isNotFound, type KubernetesObject } from "../../../api/mod.ts";
import { answerTokenRequest, type ServiceAccountTokens } from "../../../auth/mod.ts";
import { updateManagedFields } from "../../apply/managed-fields.ts";
import * as errors from "../../errors.ts";
import type { Answer } from "../../request/answer.ts";
import type { Call, Endpoint } from "../../request/call.ts";
import { invalid as invalidField } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { admissionAttributes } from "../admission-chain.ts";
import { rulesOf } from "../managed-field-ownership.ts";
import { settleNamespace } from "../metadata.ts";
import { type Operation, timestamp } from "../operation.ts";
import type { ResourceStorage } from "../resource-storage.ts";

const tokenKind = {
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenRequest",
  schema: authenticationv1.tokenRequest,
};

export interface TokenStorages {
  readonly accounts: ResourceStorage;
  readonly pods: ResourceStorage;
  readonly secrets: ResourceStorage;
  readonly nodes: ResourceStorage;
}

export interface TokenIssuing {
  readonly tokens: ServiceAccountTokens;
  /** What this server is called by tokens meant for it. */
  readonly audiences: readonly string[];
}

export function tokenEndpoint(storages: TokenStorages, issuing: TokenIssuing): Endpoint {
  return { create: (call) => issue(storages, issuing, call) };
}

async function issue(storages: TokenStorages, issuing: TokenIssuing, { body, operation }: Call): Promise<Answer> {
  const { accounts } = storages;
  const { namespace, name } = operation;
  const request = body.object(tokenKind, operation) as authenticationv1.TokenRequest;
  const { object: account } = await accounts.current(namespace, name);
  if (request.metadata.name && request.metadata.name !== name) {
    const why = "must match the service account name if specified";
    const problem = invalidField(field("metadata", "name"), request.metadata.name, why);
    throw errors.invalid({ group: "authentication.k8s.io", kind: "TokenRequest", name }, [problem]);
  }
  const { uid } = account.metadata;
  if (request.metadata.uid && request.metadata.uid !== uid) {
    const why = `the UID in the token request (${request.metadata.uid}) does not match the UID of the service account (${uid})`;
    throw errors.conflict({ group: tokenKind.group, resource: tokenKind.kind }, name, why);
  }
  settleNamespace(request, accounts, operation);
  own(request, operation);
  const subject = { operation: "CREATE", resource: accounts.info, object: request as KubernetesObject } as const;
  const attributes = admissionAttributes(operation, subject);
  await accounts.admission.judge(attributes);
  const context = {
    account: account as corev1.ServiceAccount,
    ...issuing,
    findPod: find<corev1.Pod>(storages.pods),
    findSecret: find<corev1.Secret>(storages.secrets),
    findNode: (node: string) => find<corev1.Node>(storages.nodes)("", node),
  };
  const answer = await answerTokenRequest(context, attributes.object as authenticationv1.TokenRequest);
  const object = { ...answer, metadata: { ...request.metadata, ...answer.metadata } };
  return { type: "object", status: 201, schema: authenticationv1.tokenRequest, object };
}

/** The asker owns what was asked. */
function own(request: authenticationv1.TokenRequest, { fieldManager, now }: Operation): void {
  const managedFields = updateManagedFields({
    rules: rulesOf(authenticationv1.tokenRequest),
    object: request as KubernetesObject,
    manager: fieldManager,
    apiVersion: request.apiVersion,
    subresource: "token",
    now: timestamp(now),
  });
  if (managedFields) request.metadata.managedFields = managedFields;
}

function find<T extends KubernetesObject>(storage: ResourceStorage) {
  return async (namespace: string, name: string): Promise<T | undefined> => {
    try {
      return (await storage.current(namespace, name)).object as T;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
}
