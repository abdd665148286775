/** Audit events that are too large for where they go. */

/** The event; without the objects that it quotes where it is larger than `maximumBytes`; nothing where that is not enough. */
export function truncatedEvent(line: string, maximumBytes: number): string | undefined {
  if (maximumBytes === Number.POSITIVE_INFINITY || Buffer.byteLength(line) <= maximumBytes) return line;
  const { requestObject, responseObject, ...event } = JSON.parse(line) as {
    requestObject?: unknown;
    responseObject?: unknown;
    annotations?: Record<string, string>;
  };
  const shortened = { ...event, annotations: { ...event.annotations, "audit.k8s.io/truncated": "true" } };
  const text = JSON.stringify(shortened);
  return Buffer.byteLength(text) <= maximumBytes ? text : undefined;
}
