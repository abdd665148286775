/** `/healthz`, `/livez` and `/readyz`: named checks, each also a path of its own. */
import {
  type PathAnswer,
  type PathRequest,
  type PathRoutes,
  pageNotFound,
  textAnswer,
} from "../request/path-routes.ts";

export interface HealthCheck {
  readonly name: string;
  /** Answers what is wrong, or nothing. */
  check(): string | undefined;
  /** Only readiness depends on it: the process need not be restarted. */
  readonly readinessOnly?: boolean;
}

const noSniff = { "x-content-type-options": "nosniff" };

export function addHealthRoutes(paths: PathRoutes, checks: readonly HealthCheck[]): void {
  const alive = checks.filter(({ readinessOnly }) => !readinessOnly);
  addEndpoint(paths, "healthz", alive);
  addEndpoint(paths, "livez", alive);
  addEndpoint(paths, "readyz", checks);
}

function addEndpoint(paths: PathRoutes, name: string, checks: readonly HealthCheck[]): void {
  paths.add(`/${name}`, (request) => report(name, checks, request));
  for (const one of checks)
    paths.add(`/${name}/${one.name}`, (request) => report(`${name}/${one.name}`, [one], request));
  paths.addBelow(`/${name}/`, () => pageNotFound);
}

function report(name: string, checks: readonly HealthCheck[], { info }: PathRequest): PathAnswer {
  const excluded = new Set(info.query.getAll("exclude"));
  const results = checks.map((one) => ({ one, problem: excluded.has(one.name) ? undefined : one.check() }));
  const failed = results.some(({ problem }) => problem !== undefined);
  if (!failed && !info.query.has("verbose")) return textAnswer(200, "ok", noSniff);
  const lines = results.map(({ one, problem }) => line(one.name, problem, excluded.has(one.name)));
  const text = `${lines.join("\n")}\n${name} check ${failed ? "failed" : "passed"}\n`;
  return textAnswer(failed ? 500 : 200, text, noSniff);
}

/** The reason is not for everybody: it stands in the server's log. */
function line(name: string, problem: string | undefined, excluded: boolean): string {
  if (problem !== undefined) return `[-]${name} failed: reason withheld`;
  return excluded ? `[+]${name} excluded: ok` : `[+]${name} ok`;
}
