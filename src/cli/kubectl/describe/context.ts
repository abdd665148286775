import type { Session } from "../session.ts";

/** What a describer may ask beside the object. */
export interface DescribeContext {
  readonly session: Session;
  list<T>(resource: string, query: Readonly<Record<string, string>>, namespace?: string): Promise<readonly T[]>;
}
