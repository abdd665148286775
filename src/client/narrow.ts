/** The narrow door: a connection and where to find it, for a command that is to be done in a moment. */
export type { ApiRequest, Client, Transport, WatchEvent } from "./contract.ts";
export { type HttpTransportOptions, httpTransport } from "./http-transport.ts";
export {
  KubeconfigError,
  type LoadedKubeconfig,
  loadKubeconfig,
  mergeContext,
  readKubeconfig,
  removeContext,
} from "./kubeconfig.ts";
