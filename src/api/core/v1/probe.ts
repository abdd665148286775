/** Probes, life cycle hooks and what they call. */
import { enumeration, field, inline, int32, int64, intOrString, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const execAction = message("io.k8s.api.core.v1.ExecAction", {
  command: field(1, list(string, { listType: "atomic" })),
});
export interface ExecAction extends Infer<typeof execAction> {}

export const grpcAction = message("io.k8s.api.core.v1.GRPCAction", {
  port: field(1, int32, { required: true, default: 0 }),
  service: field(2, string, { always: true, pointer: true, default: "" }),
});
export interface GRPCAction extends Infer<typeof grpcAction> {}

export const httpHeader = message("io.k8s.api.core.v1.HTTPHeader", {
  name: field(1, string, { required: true }),
  value: field(2, string, { required: true }),
});
export interface HTTPHeader extends Infer<typeof httpHeader> {}

export const uriScheme = enumeration("HTTP", "HTTPS");
export type URIScheme = Infer<typeof uriScheme>;

export const httpGetAction = message("io.k8s.api.core.v1.HTTPGetAction", {
  path: field(1, string),
  port: field(2, intOrString, { required: true }),
  host: field(3, string),
  scheme: field(4, uriScheme),
  httpHeaders: field(5, list(httpHeader, { listType: "atomic" })),
});
export interface HTTPGetAction extends Infer<typeof httpGetAction> {}

export const sleepAction = message("io.k8s.api.core.v1.SleepAction", {
  seconds: field(1, int64, { required: true, default: 0 }),
});
export interface SleepAction extends Infer<typeof sleepAction> {}

export const tcpSocketAction = message("io.k8s.api.core.v1.TCPSocketAction", {
  port: field(1, intOrString, { required: true }),
  host: field(2, string),
});
export interface TCPSocketAction extends Infer<typeof tcpSocketAction> {}

export const lifecycleHandler = message("io.k8s.api.core.v1.LifecycleHandler", {
  exec: field(1, execAction),
  httpGet: field(2, httpGetAction),
  tcpSocket: field(3, tcpSocketAction),
  sleep: field(4, sleepAction),
});
export interface LifecycleHandler extends Infer<typeof lifecycleHandler> {}

export const signal = enumeration(
  "SIGABRT",
  "SIGALRM",
  "SIGBUS",
  "SIGCHLD",
  "SIGCLD",
  "SIGCONT",
  "SIGFPE",
  "SIGHUP",
  "SIGILL",
  "SIGINT",
  "SIGIO",
  "SIGIOT",
  "SIGKILL",
  "SIGPIPE",
  "SIGPOLL",
  "SIGPROF",
  "SIGPWR",
  "SIGQUIT",
  "SIGRTMAX",
  "SIGRTMAX-1",
  "SIGRTMAX-10",
  "SIGRTMAX-11",
  "SIGRTMAX-12",
  "SIGRTMAX-13",
  "SIGRTMAX-14",
  "SIGRTMAX-2",
  "SIGRTMAX-3",
  "SIGRTMAX-4",
  "SIGRTMAX-5",
  "SIGRTMAX-6",
  "SIGRTMAX-7",
  "SIGRTMAX-8",
  "SIGRTMAX-9",
  "SIGRTMIN",
  "SIGRTMIN+1",
  "SIGRTMIN+10",
  "SIGRTMIN+11",
  "SIGRTMIN+12",
  "SIGRTMIN+13",
  "SIGRTMIN+14",
  "SIGRTMIN+15",
  "SIGRTMIN+2",
  "SIGRTMIN+3",
  "SIGRTMIN+4",
  "SIGRTMIN+5",
  "SIGRTMIN+6",
  "SIGRTMIN+7",
  "SIGRTMIN+8",
  "SIGRTMIN+9",
  "SIGSEGV",
  "SIGSTKFLT",
  "SIGSTOP",
  "SIGSYS",
  "SIGTERM",
  "SIGTRAP",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGURG",
  "SIGUSR1",
  "SIGUSR2",
  "SIGVTALRM",
  "SIGWINCH",
  "SIGXCPU",
  "SIGXFSZ",
);
export type Signal = Infer<typeof signal>;

export const lifecycle = message("io.k8s.api.core.v1.Lifecycle", {
  postStart: field(1, lifecycleHandler),
  preStop: field(2, lifecycleHandler),
  stopSignal: field(3, signal, { pointer: true }),
});
export interface Lifecycle extends Infer<typeof lifecycle> {}

export const probeHandler = message("io.k8s.api.core.v1.ProbeHandler", {
  exec: field(1, execAction),
  httpGet: field(2, httpGetAction),
  tcpSocket: field(3, tcpSocketAction),
  grpc: field(4, grpcAction),
});
export interface ProbeHandler extends Infer<typeof probeHandler> {}

export const probe = message("io.k8s.api.core.v1.Probe", {
  handler: inline(1, probeHandler),
  initialDelaySeconds: field(2, int32),
  timeoutSeconds: field(3, int32),
  periodSeconds: field(4, int32),
  successThreshold: field(5, int32),
  failureThreshold: field(6, int32),
  terminationGracePeriodSeconds: field(7, int64, { pointer: true }),
});
export interface Probe extends Infer<typeof probe> {}
