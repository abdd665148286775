/** Labels and annotations on sandboxes and containers: how an agent that starts finds the pods that run. Names are the kubelet's. */
export const podNameLabel = "io.kubernetes.pod.name";
export const podNamespaceLabel = "io.kubernetes.pod.namespace";
export const podUidLabel = "io.kubernetes.pod.uid";
export const containerNameLabel = "io.kubernetes.container.name";

export const containerHashAnnotation = "io.kubernetes.container.hash";
export const restartCountAnnotation = "io.kubernetes.container.restartCount";
export const terminationMessagePathAnnotation = "io.kubernetes.container.terminationMessagePath";
export const terminationMessagePolicyAnnotation = "io.kubernetes.container.terminationMessagePolicy";
export const terminationMessageFileAnnotation = "dev.kubets.container.terminationMessageFile";
/** The resources that the container was made with, as the API writes them. */
export const resourcesAnnotation = "dev.kubets.container.resources";
/** `true` on containers that are meant to end: those of jobs, and init containers. A simulated runtime has no other way to know. */
export const endsAnnotation = "dev.kubets.container.ends";
