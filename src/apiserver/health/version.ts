/** `/version`: the release of Kubernetes whose API this is. Clients compare it with their own. */
import type { PathRoutes } from "../request/path-routes.ts";

export const version = Object.freeze({
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.3",
  gitCommit: "none",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "go1.26.8",
  compiler: "gc",
  platform: `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`,
});

export function addVersionRoute(paths: PathRoutes): void {
  const body = Buffer.from(JSON.stringify(version, null, 2));
  paths.add("/version", () => ({ status: 200, contentType: "application/json", body }));
}
