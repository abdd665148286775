/** The files that say who is believed and who may do what, followed while the control plane runs, and counted as upstream counts it. */
import { type ConfiguredAuthorization, configuredAuthorization } from "../auth/mod.ts";
import type { Component } from "../client/mod.ts";
import { type AccessControl, type AccessFiles, issuersOf } from "./access-control.ts";
import { followFile, type ReloadContext, type ReloadedFile } from "./config-reload.ts";
import type { FollowedFile } from "./followed-file.ts";

export interface AccessReloadOptions {
  readonly files: AccessFiles;
  readonly access: Pick<AccessControl, "foreignTokens" | "useAuthorization">;
  /** What is in force at the start. */
  readonly authorization?: ConfiguredAuthorization;
  readonly pollMs?: number;
}

export class AccessReload implements Component {
  readonly name = "access-reload";
  readonly followed: readonly FollowedFile[];

  /** Throws where a file has gone since it was read. */
  constructor({ files, access, authorization, pollMs }: AccessReloadOptions, context: ReloadContext) {
    const { authenticationConfig, authorizationConfig } = files;
    const follow = (what: ReloadedFile) => followFile({ ...what, ...(pollMs !== undefined && { pollMs }) }, context);
    this.followed = [
      ...(authenticationConfig
        ? [
            follow({
              what: "authentication",
              file: authenticationConfig,
              // Where nobody need be anybody is settled at the start.
              apply: async () => access.foreignTokens.replace((await issuersOf(authenticationConfig)).tokens),
            }),
          ]
        : []),
      ...(authorizationConfig
        ? [
            follow({
              what: "authorization",
              file: authorizationConfig,
              apply: async () =>
                access.useAuthorization(await configuredAuthorization(authorizationConfig, authorization?.ownTypes)),
            }),
          ]
        : []),
    ];
  }

  async start(): Promise<void> {
    for (const file of this.followed) file.start();
  }

  async stop(): Promise<void> {
    for (const file of this.followed) file.stop();
  }
}
