/** One API server that is asked: how a step is sent, what comes back, and how what was made is taken away again. */
import type { OutgoingHttpHeaders } from "node:http";
import { Agent, type RequestOptions, request } from "node:https";
import { setTimeout } from "node:timers/promises";
import type { Step } from "./case.ts";
import { type Known, normal, normalText } from "./normal.ts";
import { protobufType, type WireCodec } from "./wire-codec.ts";

export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly warning?: string;
  readonly body: unknown;
}

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly bytes: Buffer;
}

const timeoutMs = 15_000;
const untilMs = 10_000;
const untilPauseMs = 50;

export class Server {
  readonly #url: string;
  readonly #token: string;
  /** The servers' certificates are their own: whoever names them vouches for them. */
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2, rejectUnauthorized: false });
  /** Paths of what this case has made. */
  #made: string[] = [];
  /** What this case was answered so far: later steps may name parts of it. */
  #told: unknown[] = [];

  /** Objects go and come in protobuf where there is one. */
  readonly #wire: WireCodec | undefined;

  constructor({ url, token }: { url: string; token: string }, wire?: WireCodec) {
    this.#url = url;
    this.#token = token;
    this.#wire = wire;
  }

  async open(namespace: string): Promise<void> {
    const metadata = (name: string) => ({ metadata: { name } });
    await this.#json("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", ...metadata(namespace) });
    const account = { apiVersion: "v1", kind: "ServiceAccount", ...metadata("default") };
    await this.#json("POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, account);
  }

  /** What both servers do by and by, like establishing a definition, is waited for. */
  async askUntil(step: Step, known: Known): Promise<Answer> {
    const latest = Date.now() + untilMs;
    for (;;) {
      const { answer, text } = await this.ask(step, known);
      const seen = step.until === undefined || JSON.stringify(answer.body).includes(step.until);
      if (seen || Date.now() > latest) {
        this.#told.push(told(text));
        return answer;
      }
      await setTimeout(untilPauseMs);
    }
  }

  /** `text` is the body as it came, with this server's own identities and revisions. */
  async ask(step: Step, known: Known): Promise<{ answer: Answer; text: string }> {
    const fill = (text: string) => filled(text.replaceAll("{ns}", known.namespace), this.#told);
    const text = step.body === undefined ? undefined : fill(textOf(step.body));
    const bytes = text !== undefined && step.type === undefined ? await this.#wire?.encode(text) : undefined;
    const body = bytes ?? text;
    const headers = {
      accept: step.accept ?? (this.#wire ? `${protobufType}, application/json` : "application/json"),
      ...(body === undefined ? {} : { "content-type": bytes ? protobufType : (step.type ?? "application/json") }),
      ...(step.as === "" ? {} : { authorization: `Bearer ${this.#token}` }),
      ...(step.as ? { "impersonate-user": fill(step.as) } : {}),
      ...(step.headers && (JSON.parse(fill(JSON.stringify(lowerCased(step.headers)))) as OutgoingHttpHeaders)),
    };
    const path = fill(step.path);
    try {
      const raw = await this.#inJson(await this.#send({ method: step.method ?? "GET", path, headers }, body));
      if (raw.status === 201) this.#remember(path, raw.text);
      return { answer: withoutIgnored(answerOf(raw, known), step.ignore), text: raw.text };
    } catch (error) {
      return { answer: { status: 0, body: String(error) }, text: "" };
    }
  }

  async #inJson(raw: Raw): Promise<Raw> {
    const type = String(raw.headers["content-type"]);
    if (!this.#wire) return raw;
    if (type === protobufType) return { ...raw, text: await this.#wire.decode(raw.bytes) };
    return type === `${protobufType};stream=watch` ? { ...raw, text: await this.#wire.decodeFrames(raw.bytes) } : raw;
  }

  /** Removes what the case has made, also where nobody runs the controllers that would. */
  async close(namespace: string): Promise<void> {
    const address = `/api/v1/namespaces/${namespace}`;
    for (const path of [...this.#made.reverse(), `${address}/serviceaccounts/default`, address])
      await this.#remove(path);
    const finalized = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace }, spec: { finalizers: [] } };
    await this.#json("PUT", `${address}/finalize`, finalized);
    this.#made = [];
    this.#told = [];
  }

  disconnect(): void {
    this.#agent.destroy();
  }

  #remember(path: string, text: string): void {
    const name = /"metadata":\{[^{}]*?"name":"([^"]+)"/.exec(text)?.[1];
    if (name) this.#made.push(`${path.split("?")[0]}/${name}`);
  }

  async #remove(path: string): Promise<void> {
    const type = "application/merge-patch+json";
    const { status, text } = await this.#json("DELETE", `${path}?gracePeriodSeconds=0&propagationPolicy=Background`);
    if (status < 300 && text.includes('"finalizers"') && !text.includes('"kind":"Namespace"'))
      await this.#json("PATCH", path, { metadata: { finalizers: null } }, type);
  }

  #json(method: string, path: string, body?: unknown, type = "application/json"): Promise<Raw> {
    const authorization = `Bearer ${this.#token}`;
    const headers = {
      authorization,
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": type }),
    };
    return this.#send({ method, path, headers }, body === undefined ? undefined : JSON.stringify(body));
  }

  #send(options: RequestOptions, body?: string | Buffer): Promise<Raw> {
    // Node sends the body of a DELETE without its length otherwise.
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const headers = { ...(options.headers as OutgoingHttpHeaders), ...length };
    const all = { ...options, headers, agent: this.#agent, signal: AbortSignal.timeout(timeoutMs) };
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(this.#url + options.path), all, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.once("error", reject);
        incoming.once("end", () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString("utf8");
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, bytes });
        });
      });
      outgoing.once("error", reject);
      outgoing.end(body);
    });
  }
}

function told(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{1.metadata.uid}` is the uid that the first step of the case was answered; nothing where it was not. */
export function filled(text: string, answers: readonly unknown[]): string {
  return text.replace(/\{(\d+)\.([\w.]+)\}/g, (_, step: string, path: string) => {
    const value = path.split(".").reduce<unknown>((at, name) => fieldOf(at, name), answers[Number(step) - 1]);
    return value === undefined ? "" : String(value);
  });
}

function fieldOf(value: unknown, name: string): unknown {
  return (value as Readonly<Record<string, unknown>> | undefined)?.[name];
}

/** In one spelling, so that a later one takes the place of an earlier one. */
function lowerCased(headers: object): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function answerOf({ status, headers, text }: Raw, known: Known): Answer {
  const type = String(headers["content-type"] ?? "").split(";")[0]!;
  const warning = headers["warning"];
  return {
    status,
    type,
    ...(warning ? { warning: normalText(String(warning), known) } : {}),
    body: parsed(text, known),
  };
}

/** One document, on as many lines as it likes, or one a line. */
function documentsOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const lines = text.trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as unknown);
  }
}

/** A watch answers JSON documents, one a line. */
function parsed(text: string, known: Known): unknown {
  try {
    return normal(documentsOf(text), known);
  } catch {
    return normalText(text, known);
  }
}

function withoutIgnored(answer: Answer, ignored: readonly string[] = []): Answer {
  for (const path of ignored) {
    const names = path.split(".");
    const last = names.pop()!;
    const parent = names.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], answer);
    if (parent) delete (parent as Record<string, unknown>)[last];
  }
  return answer;
}
