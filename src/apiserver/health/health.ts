/** `/healthz`, `/livez` and `/readyz`: named checks, each also a path of its own. */
import {
  type PathAnswer,
  type PathRequest,
  type PathRoutes,
  pageNotFound,
  textAnswer,
} from "../request/path-routes.ts";

/** What asks: `healthz` is the old name of `livez`. */
export type HealthEndpoint = "healthz" | "livez" | "readyz";

export interface HealthCheck {
  readonly name: string;
  /** Answers what is wrong, or nothing. */
  check(): string | undefined | Promise<string | undefined>;
  /** Default: all of them. */
  readonly only?: readonly HealthEndpoint[];
}

/** Told of the outcome of each check. */
export type HealthObserver = (endpoint: HealthEndpoint, name: string, healthy: boolean) => void;

interface Outcome {
  readonly name: string;
  readonly problem: string | undefined;
  readonly excluded: boolean;
}

const endpoints: readonly HealthEndpoint[] = ["healthz", "livez", "readyz"];
const noSniff = { "x-content-type-options": "nosniff" };

export function addHealthRoutes(paths: PathRoutes, checks: readonly HealthCheck[], observe: HealthObserver): void {
  for (const endpoint of endpoints) {
    const own = checks.filter(({ only }) => only === undefined || only.includes(endpoint));
    paths.add(`/${endpoint}`, (request) => report(endpoint, own, observe, request));
    for (const one of own) paths.add(`/${endpoint}/${one.name}`, () => reportOne(one));
    paths.addBelow(`/${endpoint}/`, () => pageNotFound);
  }
}

async function report(
  endpoint: HealthEndpoint,
  checks: readonly HealthCheck[],
  observe: HealthObserver,
  { info }: PathRequest,
): Promise<PathAnswer> {
  const excluded = new Set(info.query.getAll("exclude"));
  const outcomes = await Promise.all(checks.map((one) => outcomeOf(one, excluded)));
  for (const { name, problem } of outcomes) observe(endpoint, name, problem === undefined);
  const failed = outcomes.some(({ problem }) => problem !== undefined);
  if (!failed && !info.query.has("verbose")) return textAnswer(200, "ok", noSniff);
  const lines = outcomes.map(line);
  for (const { name } of checks) excluded.delete(name);
  if (excluded.size > 0) lines.push(`warn: some health checks cannot be excluded: ${unknown(excluded)}`);
  const text = `${lines.join("\n")}\n${endpoint} check ${failed ? "failed" : "passed"}\n`;
  return textAnswer(failed ? 500 : 200, text, noSniff);
}

async function outcomeOf(one: HealthCheck, excluded: ReadonlySet<string>): Promise<Outcome> {
  const { name } = one;
  if (excluded.has(name)) return { name, problem: undefined, excluded: true };
  return { name, problem: await problemOf(one), excluded: false };
}

/** A check that throws has failed. */
async function problemOf(one: HealthCheck): Promise<string | undefined> {
  try {
    return await one.check();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The reason is not for everybody: who may ask for the check itself is told. */
function line({ name, problem, excluded }: Outcome): string {
  if (problem !== undefined) return `[-]${name} failed: reason withheld`;
  return excluded ? `[+]${name} excluded: ok` : `[+]${name} ok`;
}

function unknown(names: ReadonlySet<string>): string {
  return `no matches for ${[...names].map((name) => JSON.stringify(name)).join(",")}`;
}

async function reportOne(one: HealthCheck): Promise<PathAnswer> {
  const problem = await problemOf(one);
  if (problem === undefined) return textAnswer(200, "ok");
  return textAnswer(500, `internal server error: ${problem}\n`, noSniff);
}
