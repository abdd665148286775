/** What is said of objects that were written: their names as they come, or what they are now. */
import { type OutputFormat, outputFormat } from "./output.ts";
import { type AnyObject, displayName, type ResourceType, withoutManagedFields } from "./resource-types.ts";

/** What became of an object, `what` in a word: created, configured. */
export interface Outcome {
  readonly object: AnyObject;
  readonly what: string;
}

interface ReportFlags {
  readonly dryRun?: string;
  readonly output?: string;
}

const dryRunTexts: Readonly<Record<string, string>> = { server: " (server dry run)", client: " (dry run)" };

export const dryRunText = ({ dryRun = "" }: { readonly dryRun?: string }): string => dryRunTexts[dryRun] ?? "";

export class Reports {
  readonly #verb: "apply" | "create";
  readonly #flags: ReportFlags;
  readonly #format: OutputFormat | undefined;
  readonly #objects: AnyObject[] = [];

  /** Throws `UsageError` for a format that there is not, before anything is written. */
  constructor(verb: "apply" | "create", flags: ReportFlags) {
    this.#verb = verb;
    this.#flags = flags;
    if (flags.output && flags.output !== "name") this.#format = outputFormat(flags.output);
  }

  add(type: ResourceType, { object, what }: Outcome): void {
    const name = displayName(type, object.metadata.name!);
    if (this.#format) this.#objects.push(withoutManagedFields(object));
    else if (this.#flags.output === "name") process.stdout.write(`${name}\n`);
    else process.stdout.write(`${name} ${what}${dryRunText(this.#flags)}\n`);
  }

  /** As with kubectl `apply` makes a list of several objects, and `create` prints one after the other. */
  end(): void {
    const format = this.#format;
    if (!format) return;
    const isList = this.#verb === "apply" && this.#objects.length > 1;
    const all = isList ? [{ kind: "List", apiVersion: "v1", metadata: {}, items: this.#objects }] : this.#objects;
    const texts = all.map((one) => format([one], { single: true, headers: true }));
    process.stdout.write(texts.join(this.#flags.output === "yaml" ? "---\n" : ""));
  }
}
