/** Configuration files that are followed while the server runs, with their log and their metrics, which are upstream's. */
import { hash } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import type { Clock } from "../client/mod.ts";
import { Counter, Gauge, type Registry } from "../client/prometheus.ts";
import { FollowedFile, type FollowedFileOptions } from "./followed-file.ts";

export interface ReloadContext {
  readonly log: Logger;
  readonly metrics: Registry;
  readonly clock: Clock;
}

/** Of this API server among those of one cluster. */
const serverHash = (): string => `sha256:${hash("sha256", `apiserver-${hostname()}`)}`;

export interface ReloadedFile extends Pick<FollowedFileOptions, "file" | "inForce" | "pollMs" | "apply"> {
  readonly what: "authentication" | "authorization" | "encryption";
}

/** Throws where the file cannot be read. */
export function followFile(followed: ReloadedFile, { log, metrics, clock }: ReloadContext): FollowedFile {
  const { what, file } = followed;
  const count = reloadCounts(what, { metrics, clock });
  const following = new FollowedFile({
    ...followed,
    onReload: (contentHash) => {
      count("success", contentHash);
      log.info({ file, what }, "a configuration file is in force anew");
    },
    onFailure: (error) => {
      count("failure");
      log.error({ err: error, file, what }, "a changed configuration file makes no sense; what was in force stays");
    },
  });
  count(undefined, following.contentHash);
  return following;
}

type CountReload = (status: "success" | "failure" | undefined, contentHash?: string) => void;

/** Of reloads of one kind of configuration: how many, when the last one was, and what is in force. */
function reloadCounts(what: string, { metrics, clock }: Pick<ReloadContext, "metrics" | "clock">): CountReload {
  const name = (rest: string) => `apiserver_${what}_config_controller_${rest}`;
  const registers = [metrics];
  const labels = { apiserver_id_hash: serverHash() };
  const labelNames = ["status", "apiserver_id_hash"];
  const total = new Counter({
    name: name("automatic_reloads_total"),
    help: `Reloads of the ${what} configuration, by how they ended.`,
    labelNames,
    registers,
  });
  const last = new Gauge({
    name: name("automatic_reload_last_timestamp_seconds"),
    help: `Time of the last reload of the ${what} configuration, by how it ended.`,
    labelNames,
    registers,
  });
  const info = new Gauge({
    name: name("last_config_info"),
    help: `What the ${what} configuration in force says, as a hash.`,
    labelNames: ["apiserver_id_hash", "hash"],
    registers,
  });
  return (status, contentHash) => {
    if (status) {
      total.inc({ ...labels, status });
      last.set({ ...labels, status }, clock.now() / 1000);
    }
    if (contentHash === undefined) return;
    info.reset();
    info.set({ ...labels, hash: contentHash }, 1);
  };
}
