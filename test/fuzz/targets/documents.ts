/** Objects from which inputs are made: many fields, all shapes. */
export const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "web-0",
    namespace: "default",
    labels: { app: "web", "example.com/tier": "front" },
    annotations: { note: "grüße 𝄞" },
    ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid: "u-1", controller: true }],
    finalizers: ["example.com/hold"],
    creationTimestamp: "2026-01-02T03:04:05Z",
  },
  spec: {
    containers: [
      {
        name: "main",
        image: "registry.example.com/web:1.2",
        args: ["--port", "80"],
        env: [
          { name: "A", value: "1" },
          { name: "B", valueFrom: { secretKeyRef: { name: "s", key: "k", optional: true } } },
        ],
        ports: [
          { containerPort: 80, name: "http" },
          { containerPort: 53, protocol: "UDP" },
        ],
        resources: { requests: { cpu: "100m", memory: "1.5Gi" }, limits: { cpu: "2", memory: "12e6" } },
        livenessProbe: { httpGet: { path: "/", port: "http", httpHeaders: [{ name: "X", value: "1" }] } },
        readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 5 },
        volumeMounts: [{ name: "data", mountPath: "/data", subPathExpr: "$(A)" }],
        securityContext: { runAsUser: 1000, capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] } },
      },
    ],
    volumes: [
      { name: "data", emptyDir: { sizeLimit: "1Gi" } },
      {
        name: "all",
        projected: { sources: [{ configMap: { name: "c", items: [{ key: "a", path: "b", mode: 420 }] } }] },
      },
    ],
    tolerations: [{ key: "k", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["a", "b"] }] }],
        },
      },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { app: "web" } },
      },
    ],
    nodeSelector: { disk: "ssd" },
    priority: 100,
    terminationGracePeriodSeconds: 30,
  },
  status: {
    phase: "Running",
    conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-02T03:04:05Z" }],
    containerStatuses: [
      {
        name: "main",
        ready: true,
        restartCount: 2,
        image: "i",
        imageID: "",
        state: { running: { startedAt: "2026-01-02T03:04:05Z" } },
      },
    ],
  },
};

export const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", resourceVersion: "12" },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: "web" }, matchExpressions: [{ key: "tier", operator: "NotIn", values: ["back"] }] },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: 1 } },
    template: { metadata: pod.metadata, spec: pod.spec },
  },
};

export const configMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name: "c",
    managedFields: [{ manager: "m", operation: "Update", fieldsV1: { "f:data": { "f:a": {} } } }],
  },
  data: { a: "1", "b.yaml": "x: 1\ny: [2]\n" },
  binaryData: { c: "AAEC" },
  immutable: false,
};

export const lease = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "l" },
  spec: { holderIdentity: "h", leaseDurationSeconds: 15, acquireTime: "2026-01-02T03:04:05.123456Z" },
};

export const networkPolicy = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "n" },
  spec: {
    podSelector: {},
    ingress: [
      { from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }], ports: [{ port: "http", endPort: 90 }] },
    ],
    policyTypes: ["Ingress"],
  },
};

export const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", kind: "Widget", singular: "widget", listKind: "WidgetList", shortNames: ["w"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" } },
        additionalPrinterColumns: [{ name: "Size", type: "integer", jsonPath: ".spec.size" }],
        selectableFields: [{ jsonPath: ".spec.color" }],
        schema: {
          openAPIV3Schema: {
            type: "object",
            required: ["spec"],
            properties: {
              spec: {
                type: "object",
                "x-kubernetes-validations": [
                  { rule: "self.size <= self.limit", message: "too large", fieldPath: ".size" },
                  { rule: "!has(oldSelf.color) || self.color == oldSelf.color", reason: "FieldValueForbidden" },
                ],
                required: ["size"],
                properties: {
                  size: { type: "integer", format: "int32", minimum: 0, maximum: 100, default: 1, multipleOf: 1 },
                  limit: { type: "number", exclusiveMaximum: true, maximum: 1e9, default: 10 },
                  color: { type: "string", enum: ["red", "blue"], default: "red" },
                  name: { type: "string", pattern: "^[a-z]([-a-z0-9]*[a-z0-9])?$", maxLength: 63, minLength: 1 },
                  when: { type: "string", format: "date-time", nullable: true },
                  port: { "x-kubernetes-int-or-string": true },
                  parts: {
                    type: "array",
                    maxItems: 20,
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    items: {
                      type: "object",
                      required: ["name"],
                      properties: { name: { type: "string", maxLength: 20 }, weight: { type: "number" } },
                      "x-kubernetes-validations": [
                        { rule: "self.weight > 0.0", messageExpression: "'weight of ' + self.name" },
                      ],
                    },
                  },
                  tags: {
                    type: "array",
                    "x-kubernetes-list-type": "set",
                    items: { type: "string" },
                    uniqueItems: false,
                  },
                  extra: { type: "object", additionalProperties: { type: "integer" }, maxProperties: 5 },
                  open: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                  template: {
                    type: "object",
                    "x-kubernetes-embedded-resource": true,
                    "x-kubernetes-preserve-unknown-fields": true,
                  },
                  choice: {
                    type: "object",
                    properties: { a: { type: "string" }, b: { type: "string" } },
                    oneOf: [{ required: ["a"] }, { required: ["b"] }],
                  },
                },
              },
              status: { type: "object", properties: { size: { type: "integer" } } },
            },
          },
        },
      },
    ],
  },
};

export const widget = {
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name: "one", namespace: "default" },
  spec: {
    size: 3,
    limit: 5.5,
    color: "red",
    name: "web",
    when: "2026-01-02T03:04:05Z",
    port: "http",
    parts: [{ name: "a", weight: 1 }],
    tags: ["x", "y"],
    extra: { n: 1 },
    open: { any: { thing: [1, "2", null] } },
    template: { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: {} },
    choice: { a: "x" },
    unknown: true,
  },
};

/** Every key and text in the documents: words to try anywhere. */
export function wordsOf(...documents: readonly unknown[]): string[] {
  const words = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === "string") words.add(value);
    if (typeof value !== "object" || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (!Array.isArray(value)) words.add(key);
      collect(member);
    }
  };
  documents.forEach(collect);
  return [...words];
}
