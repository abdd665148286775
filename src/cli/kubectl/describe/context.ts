/** What a describer may ask beside the object. */
export interface DescribeContext {
  list<T>(resource: string, query: Readonly<Record<string, string>>, namespace?: string): Promise<readonly T[]>;
}
