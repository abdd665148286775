/**
 * Who asks, and may they: whom the API server in front names beside its own client certificate, or a bearer token that it knows; what they may
 * do, it is asked as every extension server asks it.
 */
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { resources } from "../api/mod.ts";
import { type Authenticator, Group, type User } from "../auth/mod.ts";
import type { Client } from "../client/mod.ts";
import { forbidden, forbiddenPath, unauthorized } from "./refusals.ts";
import type { MetricsRequest } from "./request.ts";
import { group, version } from "./schema.ts";

export interface AccessOptions {
  readonly client: Client;
  /** Believes the API server in front. */
  readonly frontProxy: Authenticator;
}

export class Access {
  readonly #client: Client;
  readonly #frontProxy: Authenticator;

  constructor({ client, frontProxy }: AccessOptions) {
    this.#client = client;
    this.#frontProxy = frontProxy;
  }

  /** Rejects with a 401. */
  async userOf({ headers, rawHeaders, socket }: IncomingMessage): Promise<User> {
    const shown = (socket as TLSSocket).getPeerCertificate().raw;
    const user = await this.#frontProxy.authenticate({
      headers,
      rawHeaders,
      ...(shown && { clientCertificate: shown }),
    });
    const known = user ?? (await this.#userOfToken(headers.authorization));
    if (!known) throw unauthorized();
    if (known.groups.includes(Group.authenticated) || known.groups.includes(Group.unauthenticated)) return known;
    return { ...known, groups: [...known.groups, Group.authenticated] };
  }

  async #userOfToken(authorization = ""): Promise<User | undefined> {
    const [, token] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
    if (token === undefined) return undefined;
    const { status } = await this.#client.resource(resources.tokenreviews).create({ spec: { token } });
    const { username = "", uid, groups = [], extra } = status?.user ?? {};
    if (!status?.authenticated) return undefined;
    return { name: username, ...(uid && { uid }), groups, ...(extra && { extra }) };
  }

  /** Rejects with a 403. */
  async mayRead(user: User, request: MetricsRequest): Promise<void> {
    const { resource, namespace, name } = request;
    const verb = name === "" ? "list" : "get";
    const attributes = { verb, group, version, resource, ...(namespace && { namespace }), ...(name && { name }) };
    if (!(await this.#isAllowed(user, { resourceAttributes: attributes })))
      throw forbidden(user.name, verb, { group, resource, namespace, name });
  }

  /** Rejects with a 403. */
  async mayGetPath(user: User, path: string): Promise<void> {
    if (!(await this.#isAllowed(user, { nonResourceAttributes: { verb: "get", path } })))
      throw forbiddenPath(user.name, path);
  }

  async #isAllowed({ name, uid, groups, extra }: User, asked: object): Promise<boolean> {
    if (groups.includes(Group.masters)) return true;
    const spec = {
      ...asked,
      user: name,
      groups: [...groups],
      ...(uid && { uid }),
      ...(extra && { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) }),
    };
    const { status } = await this.#client.resource(resources.subjectaccessreviews).create({ spec });
    return status?.allowed ?? false;
  }
}
