/** Credentials from a command, as `client.authentication.k8s.io` has it: clouds log in that way. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

/** `users[].user.exec` of a kubeconfig. */
export interface ExecConfig {
  readonly apiVersion: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
  readonly interactiveMode?: "Never" | "IfAvailable" | "Always";
}

export interface ExecCredential {
  readonly token?: string;
  /** PEM. */
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

interface ExecAnswer {
  readonly apiVersion?: string;
  readonly status?: {
    readonly token?: string;
    readonly clientCertificateData?: string;
    readonly clientKeyData?: string;
  };
}

/** Runs the command and waits for it; a relative one lies beside the kubeconfig in `folder`. Throws with what it said where it fails. */
export function runExecCredential(exec: ExecConfig, folder: string): ExecCredential {
  const { apiVersion, command, args, env, installHint, interactiveMode } = exec;
  const isInteractive = interactiveMode !== "Never" && process.stdin.isTTY === true;
  const info = { apiVersion, kind: "ExecCredential", spec: { interactive: isInteractive } };
  const run = spawnSync(command.includes("/") ? resolve(folder, command) : command, [...(args ?? [])], {
    stdio: [isInteractive ? "inherit" : "ignore", "pipe", "inherit"],
    encoding: "utf8",
    env: {
      ...process.env,
      ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(info),
    },
  });
  if (run.error)
    throw new Error(`getting credentials: exec: ${run.error.message}${installHint ? `\n\n${installHint}` : ""}`);
  if (run.status !== 0)
    throw new Error(`getting credentials: exec: executable ${command} failed with exit code ${run.status}`);
  return credentialOf(run.stdout, apiVersion);
}

function credentialOf(output: string, apiVersion: string): ExecCredential {
  const answer = parseAnswer(output);
  if (answer.apiVersion !== apiVersion) {
    throw new Error(
      `getting credentials: exec plugin is configured to use API version ${apiVersion}, plugin returned version ${answer.apiVersion}`,
    );
  }
  const { token, clientCertificateData, clientKeyData } = answer.status ?? {};
  if (!token && !clientCertificateData)
    throw new Error("getting credentials: exec plugin returned no token and no certificate");
  return {
    ...(token && { token }),
    ...(clientCertificateData && { clientCertificate: clientCertificateData }),
    ...(clientKeyData && { clientKey: clientKeyData }),
  };
}

function parseAnswer(output: string): ExecAnswer {
  try {
    return JSON.parse(output) as ExecAnswer;
  } catch (cause) {
    throw new Error("getting credentials: decoding stdout: it is no JSON", { cause });
  }
}
