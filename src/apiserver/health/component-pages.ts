/** `/statusz` and `/flagz` (KEP-4827, KEP-4828): what runs here and with which options, as text for people and as objects for programs. */
import { performance } from "node:perf_hooks";
import { formatTime, stringifyYaml } from "../../api/mod.ts";
import { notAcceptableOnly } from "../errors.ts";
import { type PathAnswer, type PathRequest, type PathRoutes, textAnswer } from "../request/path-routes.ts";
import { version } from "./version.ts";

const component = "apiserver";
const caution =
  "Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.";
const pages = ["/flagz", "/healthz", "/livez", "/metrics", "/readyz", "/statusz", "/version"];
const accepted = ["application/json", "application/yaml", "text/plain"];

/** Flags by upstream's names, with the values that are in force. */
export type Flags = Readonly<Record<string, string>>;

export function addComponentPages(paths: PathRoutes, flags: Flags): void {
  paths.add("/statusz", (request) => page(request, "Statusz", statusText, status));
  const sorted = Object.fromEntries(Object.entries(flags).sort(([a], [b]) => (a < b ? -1 : 1)));
  const lines = Object.entries(sorted).map(([name, value]) => `${name}:${value}`);
  const text = () => lines.join("\n");
  paths.add("/flagz", (request) => page(request, "Flagz", text, () => ({ flags: sorted })));
}

function page({ headers }: PathRequest, kind: string, text: () => string, object: () => object): PathAnswer {
  const form = chosenForm(headers.accept, kind);
  if (form === "text") return textAnswer(200, `\n${component} ${kind.toLowerCase()}\n${caution}\n${text()}\n`);
  const { type, apiVersion } = form;
  const whole = { kind, apiVersion: `config.k8s.io/${apiVersion}`, metadata: { name: component }, ...object() };
  const body = type === "application/yaml" ? stringifyYaml(whole) : JSON.stringify(whole, null, 2);
  const contentType = `${type};g=config.k8s.io;v=${apiVersion};as=${kind}`;
  const aged = `299 - "This version of the ${kind.toLowerCase()} endpoint is deprecated. Please use a newer version."`;
  const warned = apiVersion === "v1alpha1" && { headers: { warning: aged } };
  return { status: 200, contentType, body: Buffer.from(body), ...warned };
}

/** As text where nothing is said; as an object only to who names its kind and version. Throws the 406. */
function chosenForm(accept: string | undefined, kind: string): "text" | { type: string; apiVersion: string } {
  for (const clause of (accept || "*/*").split(",")) {
    const [type = "", ...parameters] = clause.split(";").map((part) => part.trim());
    if (type === "text/plain" || type === "*/*" || type === "text/*") return "text";
    const given = new Map(parameters.map((one) => one.split("=", 2) as [string, string]));
    const apiVersion = given.get("v") ?? "";
    const known = (apiVersion === "v1alpha1" || apiVersion === "v1beta1") && given.get("g") === "config.k8s.io";
    if (known && given.get("as") === kind && accepted.includes(type)) return { type, apiVersion };
  }
  throw notAcceptableOnly(accepted);
}

function status() {
  return {
    startTime: formatTime(performance.timeOrigin),
    uptimeSeconds: Math.floor(performance.now() / 1000),
    goVersion: version.goVersion,
    binaryVersion: version.gitVersion.slice(1),
    emulationVersion: `${version.emulationMajor}.${version.emulationMinor}`,
    paths: pages,
  };
}

function statusText(): string {
  const { startTime, uptimeSeconds, goVersion, binaryVersion, emulationVersion, paths } = status();
  return `
Started:  ${dateText(new Date(startTime))}
Up:  ${durationText(uptimeSeconds)}
Go version:  ${goVersion}
Binary version:  ${binaryVersion}
Emulation version:  ${emulationVersion}
Paths:  ${paths.join(" ")}`;
}

/** `Sat Nov 21 16:03:23 UTC 2026`: the date as `date` prints it. */
function dateText(date: Date): string {
  const [, weekday, day, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString())!;
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} UTC ${year}`;
}

function durationText(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${Math.floor(seconds / 3600)} hr ${two((seconds / 60) % 60)} min ${two(seconds % 60)} sec`;
}
