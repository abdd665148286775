/**
 * The files that options name are looked into before anything is started or made: a cluster that cannot use them would only find it out half made.
 * What is said of them begins as upstream says it. The rooms that read them are loaded where there are any.
 */
import { accessSync, constants, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { ClusterError } from "./errors.ts";
import type { ClusterOptions } from "./options.ts";

interface RequiredFile {
  readonly option: string;
  readonly file: string;
  /** What was tried, in upstream's words. */
  readonly doing: string;
  /** Throws or rejects where the file makes no sense. */
  check(file: string): unknown;
}

/** Rejects with `bad-option` for the first file that cannot be used. Leaves everything as it is. */
export async function requireFiles(options: ClusterOptions): Promise<void> {
  for (const required of requiredFiles(options)) {
    if (required.file === "") continue;
    try {
      await required.check(required.file);
    } catch (error) {
      throw unusable(required, error as Error);
    }
  }
}

function requiredFiles(options: ClusterOptions): readonly RequiredFile[] {
  return [
    {
      option: "--encryption-provider-config",
      file: options.encryptionProviderConfig,
      doing: "error reading encryption provider configuration file",
      check: async (file) => {
        const text = readFileSync(file, "utf8");
        (await import("../store/mod.ts")).checkEncryption(text);
      },
    },
    {
      option: "--authentication-config",
      file: options.authenticationConfig,
      doing: "failed to load authentication configuration from file",
      check: async (file) => (await accessFiles(file)).configuredAccess({ authenticationConfig: file }),
    },
    {
      option: "--authentication-token-webhook-config-file",
      file: options.authenticationTokenWebhookConfigFile,
      doing: "error loading config file",
      check: async (file) => (await accessFiles(file)).configuredAccess({ tokenWebhook: file }),
    },
    {
      option: "--authorization-config",
      file: options.authorizationConfig,
      doing: "failed to load AuthorizationConfiguration from file",
      check: async (file) => (await accessFiles(file)).configuredAccess({ authorizationConfig: file }),
    },
    ...auditFiles(options),
  ];
}

function auditFiles({ auditPolicyFile, auditLogPath, auditWebhookConfigFile }: ClusterOptions): RequiredFile[] {
  return [
    {
      option: "--audit-policy-file",
      file: auditPolicyFile,
      doing: "loading audit policy file",
      check: async (file) => {
        readFileSync(file);
        (await import("../apiserver/mod.ts")).readAuditPolicy(file);
      },
    },
    {
      option: "--audit-log-path",
      file: auditLogPath === "-" ? "" : auditLogPath,
      doing: "the audit log cannot be written into",
      check: requireWritableFile,
    },
    {
      option: "--audit-webhook-config-file",
      file: auditWebhookConfigFile,
      doing: "initializing audit webhook: error loading config file",
      // Read as that of any other webhook.
      check: async (file) => (await accessFiles(file)).configuredAccess({ tokenWebhook: file }),
    },
  ];
}

/** What the system says of a file that it cannot read comes before anything is loaded. */
function accessFiles(file: string): Promise<typeof import("./access-control.ts")> {
  readFileSync(file);
  return import("./access-control.ts");
}

/** A new file by making it: what the system would allow cannot be known otherwise, least of all for root. It is taken away again. */
function requireWritableFile(path: string): void {
  const present = statSync(path, { throwIfNoEntry: false });
  if (present?.isDirectory()) throw new Error(`open ${path}: is a directory`);
  if (present) {
    accessSync(path, constants.W_OK);
    return;
  }
  writeFileSync(path, "", { flag: "wx" });
  rmSync(path);
}

function unusable({ option, file, doing }: RequiredFile, error: Error): ClusterError {
  const said = error.message.startsWith(`${file}: `) ? error.message.slice(file.length + 2) : error.message;
  const why = said.replace(systemError, upstreamWords);
  return new ClusterError("bad-option", `${doing} ${JSON.stringify(file)}: ${why}`, `mend what ${option} names`, {
    cause: error,
  });
}

/** `ENOENT: no such file or directory, open '/a'` */
const systemError = /\bE[A-Z]+: ([^,]+), (\w+)(?: '(.*)')?$/;

/** `open /a: no such file or directory` */
function upstreamWords(_whole: string, what: string, call: string, path: string | undefined): string {
  return `${call}${path ? ` ${path}` : ""}: ${what === "illegal operation on a directory" ? "is a directory" : what}`;
}
