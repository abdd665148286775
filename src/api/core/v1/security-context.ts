/** What processes in a container may do. */
import { boolean, enumeration, field, int64, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const appArmorProfileType = enumeration("Localhost", "RuntimeDefault", "Unconfined");
export type AppArmorProfileType = Infer<typeof appArmorProfileType>;

export const appArmorProfile = message(
  "io.k8s.api.core.v1.AppArmorProfile",
  {
    type: field(1, appArmorProfileType, { required: true }),
    localhostProfile: field(2, string, { pointer: true }),
  },
  { unions: [{ discriminator: "type", fields: { localhostProfile: "LocalhostProfile" } }] },
);
export interface AppArmorProfile extends Infer<typeof appArmorProfile> {}

export const capabilities = message("io.k8s.api.core.v1.Capabilities", {
  add: field(1, list(string, { listType: "atomic" })),
  drop: field(2, list(string, { listType: "atomic" })),
});
export interface Capabilities extends Infer<typeof capabilities> {}

export const seLinuxOptions = message("io.k8s.api.core.v1.SELinuxOptions", {
  user: field(1, string),
  role: field(2, string),
  type: field(3, string),
  level: field(4, string),
});
export interface SELinuxOptions extends Infer<typeof seLinuxOptions> {}

export const seccompProfileType = enumeration("Localhost", "RuntimeDefault", "Unconfined");
export type SeccompProfileType = Infer<typeof seccompProfileType>;

export const seccompProfile = message(
  "io.k8s.api.core.v1.SeccompProfile",
  {
    type: field(1, seccompProfileType, { required: true }),
    localhostProfile: field(2, string, { pointer: true }),
  },
  { unions: [{ discriminator: "type", fields: { localhostProfile: "LocalhostProfile" } }] },
);
export interface SeccompProfile extends Infer<typeof seccompProfile> {}

export const sysctl = message("io.k8s.api.core.v1.Sysctl", {
  name: field(1, string, { required: true }),
  value: field(2, string, { required: true }),
});
export interface Sysctl extends Infer<typeof sysctl> {}

export const windowsSecurityContextOptions = message("io.k8s.api.core.v1.WindowsSecurityContextOptions", {
  gmsaCredentialSpecName: field(1, string, { pointer: true }),
  gmsaCredentialSpec: field(2, string, { pointer: true }),
  runAsUserName: field(3, string, { pointer: true }),
  hostProcess: field(4, boolean, { pointer: true }),
});
export interface WindowsSecurityContextOptions extends Infer<typeof windowsSecurityContextOptions> {}

export const podFSGroupChangePolicy = enumeration("Always", "OnRootMismatch");
export type PodFSGroupChangePolicy = Infer<typeof podFSGroupChangePolicy>;

export const supplementalGroupsPolicy = enumeration("Merge", "Strict");
export type SupplementalGroupsPolicy = Infer<typeof supplementalGroupsPolicy>;

export const podSecurityContext = message("io.k8s.api.core.v1.PodSecurityContext", {
  seLinuxOptions: field(1, seLinuxOptions),
  runAsUser: field(2, int64, { pointer: true }),
  runAsNonRoot: field(3, boolean, { pointer: true }),
  supplementalGroups: field(4, list(int64, { listType: "atomic" })),
  fsGroup: field(5, int64, { pointer: true }),
  runAsGroup: field(6, int64, { pointer: true }),
  sysctls: field(7, list(sysctl, { listType: "atomic" })),
  windowsOptions: field(8, windowsSecurityContextOptions),
  fsGroupChangePolicy: field(9, podFSGroupChangePolicy, { pointer: true }),
  seccompProfile: field(10, seccompProfile),
  appArmorProfile: field(11, appArmorProfile),
  supplementalGroupsPolicy: field(12, supplementalGroupsPolicy, { pointer: true }),
  seLinuxChangePolicy: field(13, string, { pointer: true }),
});
export interface PodSecurityContext extends Infer<typeof podSecurityContext> {}

export const procMountType = enumeration("Default", "Unmasked");
export type ProcMountType = Infer<typeof procMountType>;

export const securityContext = message("io.k8s.api.core.v1.SecurityContext", {
  capabilities: field(1, capabilities),
  privileged: field(2, boolean, { pointer: true }),
  seLinuxOptions: field(3, seLinuxOptions),
  runAsUser: field(4, int64, { pointer: true }),
  runAsNonRoot: field(5, boolean, { pointer: true }),
  readOnlyRootFilesystem: field(6, boolean, { pointer: true }),
  allowPrivilegeEscalation: field(7, boolean, { pointer: true }),
  runAsGroup: field(8, int64, { pointer: true }),
  procMount: field(9, procMountType, { pointer: true }),
  windowsOptions: field(10, windowsSecurityContextOptions),
  seccompProfile: field(11, seccompProfile),
  appArmorProfile: field(12, appArmorProfile),
});
export interface SecurityContext extends Infer<typeof securityContext> {}
