/** What a test needs of the machine, asked once, with the reason that is printed where the test is skipped. */
import { existsSync } from "node:fs";
import { canRunContainers } from "../../src/cluster/mod.ts";
import { requirePrograms } from "../../src/cluster/programs.ts";

function reasonAgainstContainers(): string | false {
  if (!canRunContainers()) return "needs root on Linux";
  if (!existsSync("/bin/busybox")) return "needs busybox-static, from which the images are packed";
  try {
    requirePrograms();
    return false;
  } catch (error) {
    return (error as Error).message;
  }
}

/** For `skip`: false where nodes can run real containers here. */
export const needsContainers: string | false = reasonAgainstContainers();
