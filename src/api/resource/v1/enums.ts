/** Values that several kinds share. */
import { enumeration } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const deviceTaintEffect = enumeration("NoExecute", "NoSchedule", "None");
export type DeviceTaintEffect = Infer<typeof deviceTaintEffect>;
