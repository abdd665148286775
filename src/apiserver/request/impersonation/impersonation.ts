/** Acting as somebody else, where the authorizer lets the user. */
import type { AuthorizationAttributes, Authorizer, User } from "../../../auth/mod.ts";
import { forbiddenRequest } from "../../errors.ts";
import { attributesOf } from "../authorization.ts";
import type { RequestInfo } from "../request-info.ts";
import { isImpersonationHeader, type WantedUser, wantedUser } from "./impersonation-headers.ts";
import { type Mode, modes, type Question } from "./impersonation-modes.ts";

export interface Impersonated {
  readonly user: User;
  /** Such as `impersonate:user-info`, where the right to act as the user is bound to what is done. */
  readonly constraint?: string;
}

type Checked = { readonly user: User } | { readonly refusal: Error };

const rememberedUsers = 1024;

export class Impersonation {
  readonly #authorizer: Authorizer;
  /** The way that worked last for an impersonator is tried first, and its refusal is the one told. By user name. */
  readonly #lastWays = new Map<string, Mode>();

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  /** Whom to go on as; nothing where the headers ask for nobody. Throws the 403 where the user may not, the 400 of half a request. */
  async check(impersonator: User, info: RequestInfo, rawHeaders: readonly string[]): Promise<Impersonated | undefined> {
    const wanted = wantedUser(rawHeaders);
    if (!wanted) return undefined;
    const last = this.#lastWays.get(impersonator.name);
    let refusal: Error | undefined;
    for (const mode of last ? [last, ...modes.filter((one) => one !== last)] : modes) {
      const checked = await this.#try(mode, wanted, impersonator, info);
      if (checked && "user" in checked) {
        this.#remember(impersonator, mode);
        return { user: checked.user, ...(mode.name && { constraint: mode.verb }) };
      }
      refusal ??= checked?.refusal;
    }
    throw refusal ?? new Error("no way of impersonation fits");
  }

  async #try(mode: Mode, wanted: WantedUser, impersonator: User, info: RequestInfo): Promise<Checked | undefined> {
    const questions = mode.questions(wanted, impersonator);
    if (!questions) return undefined;
    if (mode.name !== "") {
      const attributes = attributesOf(impersonator, info);
      const refusal = await this.#ask({ ...attributes, verb: `impersonate-on:${mode.name}:${attributes.verb}` });
      if (refusal) return { refusal };
    }
    for (const { resource, refusal: why } of questions) {
      const refusal = await this.#ask({ user: impersonator, verb: mode.verb, resource }, why);
      if (refusal) return { refusal };
    }
    return { user: becoming(wanted, mode) };
  }

  /** The refusal, nothing where it is allowed. `why`: it is refused anyway. */
  async #ask(attributes: AuthorizationAttributes, why?: Question["refusal"]): Promise<Error | undefined> {
    const { decision, reason } = why ? { decision: "deny", reason: why } : await this.#authorizer.authorize(attributes);
    if (decision === "allow") return undefined;
    const { user, verb, resource, path } = attributes;
    const request = { ...(resource && { resource }), ...(path !== undefined && { path }), ...(reason && { reason }) };
    return forbiddenRequest({ userName: user.name, verb, ...request });
  }

  #remember({ name }: User, mode: Mode): void {
    this.#lastWays.delete(name);
    this.#lastWays.set(name, mode);
    if (this.#lastWays.size <= rememberedUsers) return;
    const oldest = this.#lastWays.keys().next();
    if (!oldest.done) this.#lastWays.delete(oldest.value);
  }
}

function becoming(wanted: WantedUser, mode: Mode): User {
  const { name, uid, groups, extra } = wanted;
  return {
    name,
    groups: withCommonGroup(name, groups.length > 0 ? groups : mode.groups(wanted)),
    ...(uid && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** Everybody but the anonymous user is authenticated, unless the groups asked for say otherwise. */
function withCommonGroup(name: string, groups: readonly string[]): readonly string[] {
  const own = name === "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
  return groups.includes(own) || groups.includes("system:unauthenticated") ? groups : [...groups, own];
}

export function asksForImpersonation(rawHeaders: readonly string[]): boolean {
  for (let at = 0; at < rawHeaders.length; at += 2) if (isImpersonationHeader(rawHeaders[at]!)) return true;
  return false;
}
