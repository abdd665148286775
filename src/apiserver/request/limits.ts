/** How much this server takes on at once, and for how long. Upstream's defaults. */

/** Seats of priority and fairness, in all; watches and connections that are open do not count. */
export const maximumInFlight = Object.freeze({ readOnly: 400, mutating: 200 });

/** A request that is not answered by then is answered with a 504; watches and connections are exempt. */
export const requestTimeoutMs = 60_000;
