/** Values that several kinds share. */
import { enumeration } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const protocol = enumeration("SCTP", "TCP", "UDP");
export type Protocol = Infer<typeof protocol>;
