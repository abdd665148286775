/**
 * containerd's own event stream (`containerd.services.events.v1`), which says at once that a container has ended. CRI has such a stream
 * only since containerd 1.7, and the names of its pods are not in it; this one is in every release.
 */
import type { MethodDefinition } from "@grpc/proto-loader";
import { messageDescriptor, readDescriptor } from "./descriptor.ts";
import type { GrpcChannel } from "./grpc-channel.ts";

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

const descriptor = {
  edition: "proto3",
  nested: {
    google: {
      nested: { protobuf: { nested: { Any: messageDescriptor({ type_url: [1, "string"], value: [2, "bytes"] }) } } },
    },
    events: {
      nested: {
        SubscribeRequest: messageDescriptor({ filters: [1, "repeated string"] }),
        Envelope: messageDescriptor({
          namespace: [2, "string"],
          topic: [3, "string"],
          event: [4, "google.protobuf.Any"],
        }),
        // TaskExit carries the process in `id`; TaskOOM has the container alone. Both begin with the container.
        Task: messageDescriptor({ containerId: [1, "string"], id: [2, "string"] }),
        Subscriptions: { methods: { Subscribe: { requestType: "SubscribeRequest", responseType: "Envelope" } } },
        Tasks: { methods: { Read: { requestType: "Task", responseType: "Task" } } },
      },
    },
  },
};

interface Envelope {
  readonly topic: string;
  readonly event: { readonly value: Uint8Array } | null;
}

type Methods = Record<string, MethodDefinition<object, object>>;

function loadMethods(): { subscribe: MethodDefinition<object, object>; task: MethodDefinition<object, object> } {
  const definition = readDescriptor(descriptor, { defaults: true });
  const subscribe = (definition["events.Subscriptions"] as Methods)["Subscribe"]!;
  return { subscribe, task: (definition["events.Tasks"] as Methods)["Read"]! };
}

let methods: ReturnType<typeof loadMethods> | undefined;

function decode(envelope: Envelope): TaskEvent | undefined {
  if (envelope.event === null) return undefined;
  const task = methods!.task.responseDeserialize(Buffer.from(envelope.event.value)) as {
    containerId: string;
    id: string;
  };
  if (envelope.topic === "/tasks/oom") return { kind: "out-of-memory", containerId: task.containerId };
  // The exit of an exec'd process has its own id; the container's first process has the container's.
  return task.id === task.containerId ? { kind: "exit", containerId: task.containerId } : undefined;
}

/** Opens one stream; returns its end. */
export function subscribeToTasks(channel: GrpcChannel, handlers: TaskEventHandlers): () => void {
  methods ??= loadMethods();
  const { requestSerialize, responseDeserialize } = methods.subscribe;
  return channel.start({
    path: "/containerd.services.events.v1.Events/Subscribe",
    request: requestSerialize({ filters }),
    message: (bytes) => {
      const event = decode(responseDeserialize(bytes) as Envelope);
      if (event) handlers.event(event);
    },
    end: () => handlers.close(),
  });
}
