/** Users by bearer token, from the Authorization header or, for browsers, from a WebSocket subprotocol. */
import { BoundedMap } from "../../client/mod.ts";
import type { Authenticator, Credentials, User } from "../contract.ts";
import { unauthorized } from "../status.ts";
import { TokenError } from "../tokens/token-authenticator.ts";
import type { TokenChain } from "../tokens/token-chain.ts";

/** The rest of the subprotocol is the token, base64url without padding. */
const protocolPrefix = "base64url.bearer.authorization.k8s.io.";

function inHeader(header: string): string | undefined {
  return /^bearer +([^\s]+)/i.exec(header.trim())?.[1];
}

function decode(encoded: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(encoded)) throw unauthorized();
  return Buffer.from(encoded, "base64url").toString("utf8");
}

/** A token must not be the only subprotocol: the server has to pick one to answer with, and must not answer with a secret. */
function fromProtocols(protocols: readonly string[]): string | undefined {
  const tokens = protocols.filter((protocol) => protocol.startsWith(protocolPrefix));
  if (tokens.length === 0) return undefined;
  if (tokens.length > 1 || protocols.length === 1) throw unauthorized();
  return decode(tokens[0]!.slice(protocolPrefix.length));
}

/** The subprotocols without those that carry credentials. */
export function withoutTokenProtocols(protocols: readonly string[]): readonly string[] {
  return protocols.filter((protocol) => !protocol.startsWith(protocolPrefix));
}

export class BearerTokenAuthenticator implements Authenticator {
  readonly #tokens: TokenChain;
  /** Tokens by the header that they were read from: the same few come again and again. */
  readonly #inHeaders = new BoundedMap<string, string>(64);

  constructor(tokens: TokenChain) {
    this.#tokens = tokens;
  }

  authenticate(credentials: Credentials): User | undefined | Promise<User> {
    const token = this.#fromHeader(credentials) ?? fromProtocols(credentials.webSocketProtocols ?? []);
    if (token === undefined) return undefined;
    return this.#tokens.known(token)?.user ?? this.#lookInto(token);
  }

  #fromHeader({ headers: { authorization: header } }: Credentials): string | undefined {
    if (header === undefined) return undefined;
    const known = this.#inHeaders.get(header);
    if (known !== undefined) return known;
    const token = inHeader(header);
    if (token !== undefined) this.#inHeaders.set(header, token);
    return token;
  }

  /** A token that nobody knows is refused: whoever shows one does not mean to be anonymous. */
  async #lookInto(token: string): Promise<User> {
    try {
      const identity = await this.#tokens.authenticateToken(token);
      if (identity) return identity.user;
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
    }
    throw unauthorized();
  }
}
