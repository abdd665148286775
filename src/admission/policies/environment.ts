/** What the expressions of policies and of match conditions may name. */
import { baseEnvironment, celTypes, type Environment, overload, type Type } from "../../cel/mod.ts";

const { string, dyn, bool, int, timestamp, listOf, mapOf, objectOf, opaque } = celTypes;

function object(name: string, fields: Readonly<Record<string, Type>>): Type {
  return objectOf(name, () => new Map(Object.entries(fields)));
}

const groupVersionKind = object("kubernetes.GroupVersionKind", { group: string, version: string, kind: string });
const groupVersionResource = object("kubernetes.GroupVersionResource", {
  group: string,
  version: string,
  resource: string,
});

const requestType = object("kubernetes.AdmissionRequest", {
  kind: groupVersionKind,
  resource: groupVersionResource,
  subResource: string,
  requestKind: groupVersionKind,
  requestResource: groupVersionResource,
  requestSubResource: string,
  name: string,
  namespace: string,
  operation: string,
  userInfo: object("kubernetes.UserInfo", {
    username: string,
    uid: string,
    groups: listOf(string),
    extra: mapOf(string, listOf(string)),
  }),
  dryRun: bool,
  options: dyn,
});

const texts = mapOf(string, string);

const namespaceType = object("kubernetes.Namespace", {
  metadata: object("kubernetes.NamespaceMetadata", {
    name: string,
    generateName: string,
    namespace: string,
    labels: texts,
    annotations: texts,
    UID: string,
    creationTimestamp: timestamp,
    deletionGracePeriodSeconds: int,
    deletionTimestamp: timestamp,
    generation: int,
    resourceVersion: string,
    finalizers: listOf(string),
  }),
  spec: object("kubernetes.NamespaceSpec", { finalizers: listOf(string) }),
  status: object("kubernetes.NamespaceStatus", {
    conditions: listOf(
      object("kubernetes.NamespaceCondition", {
        status: string,
        type: string,
        lastTransitionTime: timestamp,
        message: string,
        reason: string,
      }),
    ),
    phase: string,
  }),
});

export interface EnvironmentOptions {
  readonly hasParams: boolean;
  /** Default true. Messages are made without asking. */
  readonly hasAuthorizer?: boolean;
  /** The types of the objects, where they are known; dyn otherwise. */
  readonly objectType?: Type;
  readonly paramsType?: Type;
}

const authorizerTypes = {
  authorizer: opaque("kubernetes.authorization.Authorizer"),
  "authorizer.requestResource": opaque("kubernetes.authorization.ResourceCheck"),
};

/** `variables` is not among them: each variable adds itself. */
export function policyEnvironment(options: EnvironmentOptions): Environment {
  const { hasParams, objectType = dyn, paramsType = dyn, hasAuthorizer = true } = options;
  return baseEnvironment.extend({
    variables: {
      object: objectType,
      oldObject: objectType,
      request: requestType,
      namespaceObject: namespaceType,
      ...(hasAuthorizer && authorizerTypes),
      ...(hasParams && { params: paramsType }),
    },
  });
}

/** The environment in which expressions know the variables that were declared before them. */
export function withVariables(environment: Environment, variables: ReadonlyMap<string, Type>): Environment {
  return environment.extend({ variables: { variables: objectOf("kubernetes.variables", () => variables) } });
}

/** An object of any shape: what it may have is told when it is applied. */
function anyObject(name: string): Type {
  return { kind: "object", name, parameters: [], field: () => dyn };
}

export const applyConfigurationType = anyObject("Object");
const patchFields = new Map([
  ["op", string],
  ["path", string],
  ["from", string],
  ["value", dyn],
]);
/** A field that there is not has a type without a name, which nothing is of. */
export const jsonPatchType: Type = {
  ...anyObject("JSONPatch"),
  field: (name) => patchFields.get(name) ?? opaque(""),
};

/** For mutations: they may also write `Object{…}`, `Object.spec{…}` and so on, and `JSONPatch{…}`. */
export function mutationEnvironment(environment: Environment): Environment {
  return environment.extend({
    types: [applyConfigurationType, jsonPatchType],
    functions: [escapeKey],
    resolveType: (name) => (name.startsWith("Object.") ? anyObject(name) : undefined),
  });
}

/** As JSON pointers want it (RFC 6901). */
const escapeKey = overload("jsonpatch.escapeKey(string): string", (key: string) =>
  key.replaceAll("~", "~0").replaceAll("/", "~1"),
);

/** For match conditions of webhooks: objects of any kind, no parameters, no variables. */
export const webhookEnvironment = policyEnvironment({ hasParams: false });
