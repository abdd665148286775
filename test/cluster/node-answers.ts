/** How the API server answers the agent of node n1 that asks for things of others, as Kubernetes 1.36 words it. */

/** The authorizer's reason, by resource and verbs. `list-all` and `watch-all` are over all namespaces. */
export const refusals: readonly (readonly [resource: string, verbs: string, reason: string])[] = [
  ["configmaps", "list watch", "No Object name found"],
  ["configmaps", "create deletecollection update patch delete", "can only read resources of this type"],
  ["configmaps", "list-all watch-all", "can only read namespaced object of this type"],
  ["configmaps", "get", "no relationship found between node 'n1' and this object"],
  ["nodes", "list watch", "node 'n1' cannot read all nodes, only its own Node object"],
  ["nodes", "get", "node 'n1' cannot read 'n2', only its own Node object"],
  [
    "persistentvolumeclaims",
    "list watch list-all watch-all create deletecollection update patch delete",
    "can only get individual resources of this type",
  ],
  ["persistentvolumeclaims", "get", "no relationship found between node 'n1' and this object"],
  ["persistentvolumeclaims/status", "get delete create", "can only get/update/patch this type"],
  ["persistentvolumeclaims/status", "update patch", "no relationship found between node 'n1' and this object"],
  [
    "persistentvolumes",
    "list watch create deletecollection update patch delete",
    "can only get individual resources of this type",
  ],
  ["persistentvolumes", "get", "no relationship found between node 'n1' and this object"],
  ["persistentvolumes/status", "get", "cannot get subresource"],
  ["persistentvolumes/status", "update patch delete create", "can only get individual resources of this type"],
  ["pods", "list watch list-all watch-all", "can only list/watch pods with spec.nodeName field selector"],
  ["pods", "get", "no relationship found between node 'n1' and this object"],
  ["secrets", "list watch", "No Object name found"],
  ["secrets", "create deletecollection update patch delete", "can only read resources of this type"],
  ["secrets", "list-all watch-all", "can only read namespaced object of this type"],
  ["secrets", "get", "no relationship found between node 'n1' and this object"],
  [
    "serviceaccounts",
    "list watch list-all watch-all create deletecollection update patch delete",
    "can only create tokens for individual service accounts",
  ],
  ["serviceaccounts", "get", "no relationship found between node 'n1' and this object"],
  ["serviceaccounts/token", "get update patch delete", "can only create tokens for individual service accounts"],
  ["serviceaccounts/token", "create", "no relationship found between node 'n1' and this object"],
  [
    "storage.k8s.io/csinodes",
    "list watch deletecollection",
    "can only get, create, update, patch, or delete a CSINode",
  ],
  [
    "storage.k8s.io/csinodes",
    "get update patch delete",
    "can only access CSINode with the same name as the requesting node",
  ],
  [
    "storage.k8s.io/volumeattachments",
    "list watch create deletecollection update patch delete",
    "can only get individual resources of this type",
  ],
  ["storage.k8s.io/volumeattachments", "get", "no relationship found between node 'n1' and this object"],
  ["storage.k8s.io/volumeattachments/status", "get", "cannot get subresource"],
  [
    "storage.k8s.io/volumeattachments/status",
    "update patch delete create",
    "can only get individual resources of this type",
  ],
  [
    "coordination.k8s.io/leases",
    "list watch list-all watch-all deletecollection",
    "can only get, create, update, patch, or delete a node lease",
  ],
  [
    "coordination.k8s.io/leases",
    "create get update patch delete",
    'can only access leases in the "kube-node-lease" system namespace',
  ],
  [
    "resource.k8s.io/resourceclaims",
    "list watch list-all watch-all create deletecollection update patch delete",
    "can only get individual resources of this type",
  ],
  ["resource.k8s.io/resourceclaims", "get", "no relationship found between node 'n1' and this object"],
  ["resource.k8s.io/resourceclaims/status", "get", "cannot get subresource"],
  [
    "resource.k8s.io/resourceclaims/status",
    "update patch delete create",
    "can only get individual resources of this type",
  ],
  [
    "resource.k8s.io/resourceslices",
    "list watch deletecollection",
    "can only list/watch/deletecollection resourceslices with nodeName field selector",
  ],
  [
    "resource.k8s.io/resourceslices",
    "get update patch delete",
    "no relationship found between node 'n1' and this object",
  ],
];

/** What the authorizer lets pass and the NodeRestriction plugin does not: the whole message. */
export const restrictions: readonly (readonly [resource: string, verbs: string, message: string])[] = [
  ["nodes", "create", 'nodes "Unknown" is forbidden: node "n1" is not allowed to modify node ""'],
  ["nodes", "patch", 'nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"'],
  ["nodes/status", "patch", 'nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"'],
  [
    "pods",
    "create",
    'pods "Unknown" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
  ],
  ["pods", "delete", 'pods "pod-n2" is forbidden: node "n1" can only delete pods with spec.nodeName set to itself'],
  [
    "pods/eviction",
    "create",
    'pods "pod-n2" is forbidden: node n1 can only evict pods with spec.nodeName set to itself',
  ],
  [
    "pods/status",
    "patch",
    'pods "pod-n2" is forbidden: node "n1" can only update pod status for pods with spec.nodeName set to itself',
  ],
  [
    "storage.k8s.io/csinodes",
    "create",
    'csinodes.storage.k8s.io "Unknown" is forbidden: can only access CSINode with the same name as the requesting node',
  ],
  [
    "resource.k8s.io/resourceslices",
    "create",
    'resourceslices.resource.k8s.io "Unknown" is forbidden: can only create ResourceSlice with the same NodeName as the requesting node',
  ],
];

/** What is no secret to any node: its request is not refused, whatever else is wrong with it. */
export const allowed: readonly (readonly [resource: string, verbs: string])[] = [
  ["endpoints", "get"],
  ["events", "create update patch"],
  ["events.k8s.io/events", "create update patch"],
  ["services", "get list watch list-all watch-all"],
  ["nodes", "update"],
  ["nodes/status", "update"],
  ["pods/status", "update"],
  ["authentication.k8s.io/tokenreviews", "create"],
  ["authorization.k8s.io/localsubjectaccessreviews", "create"],
  ["authorization.k8s.io/subjectaccessreviews", "create"],
  ["certificates.k8s.io/certificatesigningrequests", "create get list watch"],
  ["storage.k8s.io/csidrivers", "get list watch"],
  ["node.k8s.io/runtimeclasses", "get list watch"],
];
