/**
 * containerd's own event stream (`containerd.services.events.v1`), which says at once that a container has ended. CRI has such a stream
 * only since containerd 1.7, and the names of its pods are not in it; this one is in every release.
 */
import type { GrpcChannel } from "./grpc-channel.ts";
import { MessageCodec } from "./message-codec.ts";

export interface TaskEvent {
  readonly kind: "exit" | "out-of-memory";
  readonly containerId: string;
}

export interface TaskEventHandlers {
  event(event: TaskEvent): void;
  /** The stream ended or broke; nothing more comes. */
  close(): void;
}

const filters = [`namespace==k8s.io,topic=="/tasks/exit"`, `namespace==k8s.io,topic=="/tasks/oom"`];

const codec = new MessageCodec(
  {
    SubscribeRequest: { filters: [1, "repeated string"] },
    Envelope: { namespace: [2, "string"], topic: [3, "string"], event: [4, "Any"] },
    Any: { typeUrl: [1, "string"], value: [2, "bytes"] },
    // TaskExit carries the process in `id`; TaskOOM has the container alone. Both begin with the container.
    Task: { containerId: [1, "string"], id: [2, "string"] },
  },
  {},
);

interface Envelope {
  readonly topic: string;
  readonly event: { readonly value: Uint8Array } | null;
}

interface Task {
  readonly containerId: string;
  readonly id: string;
}

function decode(envelope: Envelope): TaskEvent | undefined {
  if (envelope.event === null) return undefined;
  const task = codec.decode("Task", envelope.event.value) as Task;
  if (envelope.topic === "/tasks/oom") return { kind: "out-of-memory", containerId: task.containerId };
  // The exit of an exec'd process has its own id; the container's first process has the container's.
  return task.id === task.containerId ? { kind: "exit", containerId: task.containerId } : undefined;
}

/** Opens one stream; returns its end. */
export function subscribeToTasks(channel: GrpcChannel, handlers: TaskEventHandlers): () => void {
  return channel.start({
    path: "/containerd.services.events.v1.Events/Subscribe",
    request: codec.encode("SubscribeRequest", { filters }),
    message: (bytes) => {
      const event = decode(codec.decode("Envelope", bytes) as Envelope);
      if (event) handlers.event(event);
    },
    end: () => handlers.close(),
  });
}
