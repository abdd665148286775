/** Brings a container's image onto the node, by its pull policy, once for all who ask at the same time. */
import type { corev1 } from "../../api/mod.ts";
import type { Clock } from "../../client/mod.ts";
import type { ConfigSource } from "../environment/environment.ts";
import { Backoff } from "../pod/backoff.ts";
import type { AuthConfig, Image, ImageService, SandboxConfig } from "../runtime/contract.ts";
import { messageOf, NodeError } from "../runtime/errors.ts";
import { credentialsFor } from "./pull-secrets.ts";
import { parseImageReference, withDefaultTag } from "./reference.ts";

export type ImageEvent = (type: "Normal" | "Warning", reason: string, message: string) => void;

export interface ImageRequest {
  readonly pod: corev1.Pod;
  readonly container: corev1.Container;
  readonly sandbox: SandboxConfig;
  readonly event: ImageEvent;
  readonly signal: AbortSignal;
}

export interface PresentImage {
  /** What containers are made with. */
  readonly ref: string;
  readonly image: Image | undefined;
}

type Policy = "Always" | "IfNotPresent" | "Never";

/** `Always` for what may change under its name. */
export function pullPolicy(container: corev1.Container): Policy {
  if (container.imagePullPolicy) return container.imagePullPolicy;
  return parseImageReference(container.image ?? "").tag === "latest" ? "Always" : "IfNotPresent";
}

/** `1.234s`, as Go prints it. */
function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}ms` : `${Number((ms / 1000).toFixed(3))}s`;
}

export class ImageManager {
  readonly #images: ImageService;
  readonly #config: ConfigSource;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #pulls = new Map<string, Promise<string>>();
  /** When and how a pull failed last. */
  readonly #failures = new Map<string, { readonly at: number; readonly message: string }>();

  constructor(images: ImageService, config: ConfigSource, clock: Clock) {
    this.#images = images;
    this.#config = config;
    this.#clock = clock;
    this.#backoff = new Backoff(clock);
  }

  /** Rejects with a `NodeError` whose reason is the container's to wait with: `ErrImagePull`, `ImagePullBackOff`… */
  async ensure(request: ImageRequest): Promise<PresentImage> {
    const { container, event } = request;
    const shown = container.image ?? "";
    const name = this.#name(shown, event);
    const policy = pullPolicy(container);
    const present = await this.#images.status(name).catch((error: unknown) => {
      event("Warning", "InspectFailed", `Failed to inspect image "${shown}": ${messageOf(error)}`);
      throw new NodeError("image", `Failed to inspect image "${shown}": ${messageOf(error)}`, "ImageInspectError");
    });
    if (present !== undefined && policy !== "Always") {
      event("Normal", "Pulled", `Container image "${shown}" already present on machine and can be accessed by the pod`);
      return { ref: present.id, image: present };
    }
    if (policy === "Never") throw this.#neverPull(shown, event);
    return this.#pull(name, request);
  }

  /** Milliseconds until a pull that failed is tried again. */
  backoffMs(pod: corev1.Pod, container: corev1.Container): number {
    const key = this.#key(pod, container.image ?? "");
    const failure = this.#failures.get(key);
    return failure === undefined ? 0 : this.#backoff.remainingMs(key, failure.at);
  }

  forget(pod: corev1.Pod): void {
    for (const key of this.#failures.keys()) {
      if (!key.startsWith(`${pod.metadata.uid}/`)) continue;
      this.#failures.delete(key);
      this.#backoff.reset(key);
    }
  }

  #key(pod: corev1.Pod, image: string): string {
    return `${pod.metadata.uid}/${image}`;
  }

  #name(shown: string, event: ImageEvent): string {
    try {
      return withDefaultTag(shown);
    } catch (error) {
      event("Warning", "InspectFailed", messageOf(error));
      throw error;
    }
  }

  #neverPull(shown: string, event: ImageEvent): NodeError {
    const message = `Container image "${shown}" is not present with pull policy of Never`;
    event("Warning", "ErrImageNeverPull", message);
    return new NodeError("image", message, "ErrImageNeverPull");
  }

  async #pull(name: string, { pod, container, sandbox, event, signal }: ImageRequest): Promise<PresentImage> {
    const shown = container.image ?? "";
    const key = this.#key(pod, shown);
    const failure = this.#failures.get(key);
    if (failure !== undefined && this.#backoff.remainingMs(key, failure.at) > 0) {
      event("Normal", "BackOff", `Back-off pulling image "${shown}"`);
      const message = `Back-off pulling image "${shown}": ErrImagePull: ${failure.message}`;
      throw new NodeError("image", message, "ImagePullBackOff");
    }
    event("Normal", "Pulling", `Pulling image "${shown}"`);
    const begun = this.#clock.monotonic();
    try {
      const ref = await this.#pullOnce(name, await this.#credentials(pod, name), sandbox, signal);
      this.#failures.delete(key);
      this.#backoff.reset(key);
      const image = await this.#images.status(ref);
      const took = seconds(this.#clock.monotonic() - begun);
      const size = `Image size: ${image?.size ?? 0} bytes.`;
      event("Normal", "Pulled", `Successfully pulled image "${shown}" in ${took} (${took} including waiting). ${size}`);
      return { ref, image };
    } catch (error) {
      if (signal.aborted) throw error;
      const message = messageOf(error);
      this.#backoff.advance(key, this.#clock.now());
      this.#failures.set(key, { at: this.#clock.now(), message });
      event("Warning", "Failed", `Failed to pull image "${shown}": ${message}`);
      throw new NodeError("image", message, "ErrImagePull");
    }
  }

  async #credentials(pod: corev1.Pod, name: string): Promise<AuthConfig[]> {
    const names = (pod.spec.imagePullSecrets ?? []).flatMap((reference) => reference.name ?? []);
    const secrets = await Promise.all(names.map((secret) => this.#config.secret(pod.metadata.namespace, secret)));
    return credentialsFor(
      name,
      secrets.filter((secret) => secret !== undefined),
    );
  }

  /** Those who want the same image with the same credentials share one pull. */
  #pullOnce(name: string, credentials: AuthConfig[], sandbox: SandboxConfig, signal: AbortSignal): Promise<string> {
    const key = JSON.stringify([name, credentials]);
    const running = this.#pulls.get(key);
    if (running !== undefined) return abortable(running, signal);
    const pull = this.#pullWithAny(name, credentials, sandbox).finally(() => this.#pulls.delete(key));
    this.#pulls.set(key, pull);
    return abortable(pull, signal);
  }

  async #pullWithAny(name: string, credentials: AuthConfig[], sandbox: SandboxConfig): Promise<string> {
    const errors: unknown[] = [];
    for (const auth of credentials.length > 0 ? credentials : [undefined]) {
      try {
        return await this.#images.pull(name, { sandbox, ...(auth && { auth }) });
      } catch (error) {
        errors.push(error);
      }
    }
    throw errors.at(-1);
  }
}

/** The pull itself goes on: others may wait for it. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new NodeError("image", "the pull is no longer waited for"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
