/** The HTTP check of probes and hooks. */
import type { ClientRequest, IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { nodeHttp } from "../../client/node-http.ts";
import type { CheckResult, HttpCheck } from "../runtime/contract.ts";
import { dialError, hostAndPort } from "./dial-error.ts";

/** A probe follows redirects on its own host, as far as Go's client does. */
const maximumRedirects = 10;
/** Of an answer's body no more than this is kept. */
const maximumBodyBytes = 10 * 1024;

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

function defaultPort(url: URL): number {
  return Number(url.port || (url.protocol === "https:" ? 443 : 80));
}

function headersOf(check: HttpCheck): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { "user-agent": "kube-probe/1.36", accept: "*/*" };
  for (const { name, value } of check.headers) {
    const key = name.toLowerCase();
    const present = headers[key];
    if (key === "host" || key in { "user-agent": 1, accept: 1 } || present === undefined) headers[key] = value;
    else headers[key] = [...(Array.isArray(present) ? present : [present]), value];
    // An empty value leaves the header out.
    if (value === "" && (key === "accept" || key === "user-agent")) delete headers[key];
  }
  return headers;
}

async function readBody(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length >= maximumBodyBytes) break;
  }
  return Buffer.concat(parts).subarray(0, maximumBodyBytes).toString();
}

function get(url: URL, headers: Record<string, string | string[]>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { headers, signal, agent: false as const, rejectUnauthorized: false };
    const onResponse = (response: IncomingMessage) => {
      const answer = { status: response.statusCode ?? 0, location: response.headers.location };
      readBody(response).then((body) => resolve({ ...answer, body }), reject);
    };
    const send = url.protocol === "https:" ? requestHttps : nodeHttp.request;
    const request: ClientRequest = send(url, options, onResponse);
    request.once("error", reject);
    request.end();
  });
}

function judge({ status, body }: Answer): CheckResult {
  if (status >= 200 && status < 300) return { outcome: "success", message: body };
  if (status < 400) return { outcome: "warning", message: `Probe terminated redirects, Response body: ${body}` };
  return { outcome: "failure", message: `HTTP probe failed with statuscode: ${status}` };
}

function isRedirect({ status, location }: Answer): boolean {
  return location !== undefined && [301, 302, 303, 307, 308].includes(status);
}

async function follow(
  start: URL,
  headers: Record<string, string | string[]>,
  signal: AbortSignal,
): Promise<CheckResult> {
  let url = start;
  for (let count = 0; count < maximumRedirects; count++) {
    const answer = await get(url, headers, signal);
    if (!isRedirect(answer)) return judge(answer);
    const next = new URL(answer.location!, url);
    if (next.hostname !== start.hostname) return judge(answer);
    url = next;
  }
  return { outcome: "failure", message: `Get "${url.href}": stopped after ${maximumRedirects} redirects` };
}

export async function checkHttp(check: HttpCheck): Promise<CheckResult> {
  const path = check.path.startsWith("/") ? check.path : `/${check.path}`;
  const url = new URL(`${check.scheme}://${hostAndPort(check.host, check.port)}${path}`);
  const signal = AbortSignal.timeout(Math.ceil(check.timeoutMs));
  try {
    return await follow(url, headersOf(check), signal);
  } catch (error) {
    const shown = `${check.scheme}://${hostAndPort(check.host, check.port)}${path}`;
    const late = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    const address = hostAndPort(check.host, defaultPort(url));
    const cause = signal.aborted ? late : dialError(error as NodeJS.ErrnoException, address);
    return { outcome: "failure", message: `Get "${shown}": ${cause}` };
  }
}
