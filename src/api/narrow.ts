/** The narrow door: what a program needs that only speaks to an API server. It loads no kind, which takes the whole room a tenth of a second. */
export {
  isConflict,
  isForbidden,
  isGone,
  isNotFound,
  isStatusError,
  StatusError,
  statusFailure,
} from "./errors.ts";
export { type DurationError, parseGoDuration } from "./go-duration.ts";
export { type ApiGroupInfo, apiGroups } from "./groups.ts";
export { age } from "./human-duration.ts";
export { deepFreeze, sortKeys } from "./object.ts";
export { formatTime, parseTime, type TimeError } from "./time.ts";
