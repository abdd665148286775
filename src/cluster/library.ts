/** What programs get that import `kubets`, by way of `library.mjs`. It is small: all else is loaded when a cluster starts. */
export { Cluster, type ClusterStartOptions } from "./cluster.ts";
export { ClusterError, type ClusterErrorCode } from "./errors.ts";
