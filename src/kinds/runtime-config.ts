/**
 * Which groups and versions are served: upstream's `--runtime-config`. The more a key names, the more it weighs: `api/all`, then `api/ga`,
 * `api/beta` and `api/alpha`, then `GROUP/VERSION`, then `GROUP/VERSION/RESOURCE`. Without any, stable versions are served.
 */

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** What upstream's server says before it ends. */
export class RuntimeConfigError extends Error {
  override readonly name = "RuntimeConfigError";
}

type Stability = "ga" | "beta" | "alpha";

const stabilities: readonly string[] = ["all", "ga", "beta", "alpha"];

function stabilityOf(version: string): Stability {
  if (/^v\d+alpha\d+$/.test(version)) return "alpha";
  return /^v\d+beta\d+$/.test(version) ? "beta" : "ga";
}

export class RuntimeConfig {
  readonly #values: ReadonlyMap<string, boolean>;

  private constructor(values: ReadonlyMap<string, boolean>) {
    this.#values = values;
  }

  /**
   * `text`: `KEY[=true|false],…`. `builtIn` cannot be turned off; `added` can be turned on and off. Throws `RuntimeConfigError` for what is
   * neither.
   */
  static parse(text: string, builtIn: readonly GroupVersion[], added: readonly GroupVersion[]): RuntimeConfig {
    const pairs = text.split(",").filter((pair) => pair !== "");
    const values = new Map(pairs.map(parsePair));
    const known = [...builtIn, ...added];
    refuseUnknownGroups([...values.keys()], new Set(known.map(({ group }) => group)));
    for (const key of values.keys()) refuseUnknownVersion(key, known);
    for (const [key, value] of values) if (!value) refuseTurningOff(key, builtIn);
    return new RuntimeConfig(values);
  }

  /** Something of the version may be served: its kinds are worth loading. */
  mayServe(group: string, version: string): boolean {
    const prefix = `${group}/${version}/`;
    const named = [...this.#values].some(([key, value]) => value && key.startsWith(prefix));
    return named || this.#servesVersion(group, version);
  }

  serves(group: string, version: string, resource: string): boolean {
    return this.#values.get(`${group}/${version}/${resource}`) ?? this.#servesVersion(group, version);
  }

  #servesVersion(group: string, version: string): boolean {
    const stability = stabilityOf(version);
    const general = this.#values.get(`api/${stability}`) ?? this.#values.get("api/all") ?? stability === "ga";
    return this.#values.get(`${group}/${version}`) ?? general;
  }
}

/** The core group's version may stand alone: `v1`. */
function parsePair(pair: string): readonly [string, boolean] {
  const equals = pair.indexOf("=");
  const [name, text] = equals < 0 ? [pair, "true"] : [pair.slice(0, equals), pair.slice(equals + 1)];
  const key = /^v\d+$/.test(name) ? `/${name}` : name;
  if (!/^[^/]*\/[^/]+(\/[^/]+)?$/.test(key)) throw new RuntimeConfigError(`runtime-config invalid key ${name}`);
  return [key, booleanOf(key, text)];
}

function booleanOf(key: string, text: string): boolean {
  if (/^(1|t|T|true|TRUE|True|)$/.test(text)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(text)) return false;
  if (isGeneral(key)) throw new RuntimeConfigError(`invalid value ${key}=${text}`);
  const why = `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new RuntimeConfigError(`invalid value of ${key}: ${text}, err: ${why}`);
}

function isGeneral(key: string): boolean {
  const [head, stability = ""] = key.split("/");
  return head === "api" && stabilities.includes(stability);
}

function refuseUnknownGroups(keys: readonly string[], groups: ReadonlySet<string>): void {
  const unknown = keys.filter((key) => !isGeneral(key) && !groups.has(key.slice(0, key.indexOf("/"))));
  if (unknown.length > 0) throw new RuntimeConfigError(`unknown api groups ${unknown.sort().join(",")}`);
}

function refuseUnknownVersion(key: string, known: readonly GroupVersion[]): void {
  const [group = "", version = ""] = key.split("/");
  if (isGeneral(key) || known.some((one) => one.group === group && one.version === version)) return;
  throw new RuntimeConfigError(`group version ${group}/${version} that has not been registered`);
}

/** Unlike upstream: the controllers here count on what is built in. */
function refuseTurningOff(key: string, builtIn: readonly GroupVersion[]): void {
  const [group, version] = key.split("/");
  const isStable = key === "api/all" || key === "api/ga";
  if (!isStable && !builtIn.some((one) => one.group === group && one.version === version)) return;
  throw new RuntimeConfigError(`runtime-config cannot turn off ${key}: what is built in is always served`);
}
