/** The variable `authorizer`: questions to the cluster's authorizer, whose answers may come late. */
import {
  type AuthorizationAttributes,
  type Authorizer,
  type Decision,
  Group,
  serviceAccountUser,
  type User,
} from "../../auth/mod.ts";
import type { AuthorizationAnswer, AuthorizationQuestion } from "../../cel/mod.ts";

/** Thrown through an expression that must wait for an answer; it is run again when the answer is there. */
class Waiting {
  readonly answered: Promise<unknown>;

  constructor(answered: Promise<unknown>) {
    this.answered = answered;
  }
}

/** The answers given to one request. */
export class Authorizations {
  readonly #user: User;
  readonly #authorizer: Authorizer;
  readonly #known = new Map<string, AuthorizationAnswer>();

  constructor(user: User, authorizer: Authorizer) {
    this.#user = user;
    this.#authorizer = authorizer;
  }

  /** Throws something that `settle` understands where the answer is not there yet. */
  readonly ask = (question: AuthorizationQuestion): AuthorizationAnswer => {
    const key = JSON.stringify(question);
    const known = this.#known.get(key);
    if (known) return known;
    const decision = this.#authorizer.authorize(attributesOf(question, this.#user));
    if (!(decision instanceof Promise)) return this.#note(key, answerOf(decision));
    const answered = decision.then(answerOf, (error: Error) => ({ allowed: false, reason: "", error: error.message }));
    throw new Waiting(answered.then((answer) => this.#note(key, answer)));
  };

  #note(key: string, answer: AuthorizationAnswer): AuthorizationAnswer {
    this.#known.set(key, answer);
    return answer;
  }
}

/** Runs it, and again after each answer that it has to wait for. */
export async function settle<T>(run: () => T): Promise<T> {
  for (;;) {
    try {
      return run();
    } catch (thrown) {
      if (!(thrown instanceof Waiting)) throw thrown;
      await thrown.answered;
    }
  }
}

function answerOf({ decision, reason = "" }: Decision): AuthorizationAnswer {
  return { allowed: decision === "allow", reason };
}

function attributesOf(question: AuthorizationQuestion, asking: User): AuthorizationAttributes {
  const { verb, path, group = "", resource = "", serviceAccount } = question;
  const user = serviceAccount ? authenticated(serviceAccountUser(serviceAccount)) : asking;
  if (path !== undefined) return { user, verb, path };
  const { subresource, namespace, name, fieldSelector, labelSelector } = question;
  return {
    user,
    verb,
    resource: {
      group,
      version: "*",
      resource,
      ...(subresource && { subresource }),
      ...(namespace && { namespace }),
      ...(name && { name }),
      ...(fieldSelector && { fieldSelector }),
      ...(labelSelector && { labelSelector }),
    },
  };
}

function authenticated(user: User): User {
  return { ...user, groups: [...user.groups, Group.authenticated] };
}
