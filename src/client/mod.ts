export { BoundedMap } from "./bounded-map.ts";
export { createClient } from "./client.ts";
export { FakeClock, systemClock } from "./clock.ts";
export type { Clock, Component, ComponentContext } from "./component.ts";
export type * from "./contract.ts";
export { ControllerLoop, type ControllerLoopOptions } from "./controller-loop.ts";
export { endable } from "./endable.ts";
export type { EventSource } from "./event-correlator.ts";
export { createEventRecorder, type EventRecorderOptions } from "./events.ts";
export { ConfiguredAddressAgent, reachHostLoopback } from "./host-loopback.ts";
export { type HttpTransportOptions, httpTransport } from "./http-transport.ts";
export { SharedInformerFactory } from "./informer-factory.ts";
export {
  type Kubeconfig,
  type LoadedKubeconfig,
  loadKubeconfig,
  makeKubeconfig,
  stringifyKubeconfig,
} from "./kubeconfig.ts";
export { acceptPortForward, acceptRemoteCommand } from "./streaming/accept.ts";
export { type DialTarget, type DialWire, dialPortForward, dialRemoteCommand } from "./streaming/dial.ts";
export type { ConnectPort, PortForwardClient } from "./streaming/port-forward.ts";
export { proxyUpgrade } from "./streaming/proxy-upgrade.ts";
export {
  type CommandStatus,
  commandExited,
  commandFailed,
  exitCodeOf,
  type RemoteCommandClient,
  type RemoteCommandServer,
  type StreamFlags,
  type TerminalSize,
} from "./streaming/remote-command.ts";
export { readerProtocols, sendOverWebSocket } from "./streaming/send-over-websocket.ts";
export {
  isTranslatedCommand,
  isTranslatedPortForward,
  translatePortForward,
  translateRemoteCommand,
} from "./streaming/translate.ts";
export {
  type AgreedWebSocket,
  acceptWebSocket,
  refuseUpgrade,
  type UpgradeRequest,
  upgradeKind,
} from "./streaming/upgrade.ts";
export { callWebhook, type WebhookCall, type WebhookClientConfig } from "./webhook/call-webhook.ts";
export { WebhookConnections } from "./webhook/connections.ts";
export {
  EndpointResolver,
  type ServiceAddress,
  type ServiceReference,
  type ServiceResolver,
} from "./webhook/service-resolver.ts";
export { WebhookError, type WebhookErrorCode } from "./webhook/webhook-error.ts";
export { WorkQueue, type WorkQueueOptions } from "./work-queue.ts";
